import AsyncHTTPClient
import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import NIOCore
import SystemPackage
import Testing

@testable import BerthRegistry

/// Registries that say what can't be: none may end the program, keep it busy for ever, or lead it where nobody wants to go.
struct HostileRegistryTests {
    /// Pushes one blob of 300 kB, in pieces of 64 KiB, to a registry with faults.
    private func upload(
        _ manners: RegistryManners = .init(), total: Duration = .seconds(600), _ prepare: (RegistryDouble) -> Void,
        _ check: (RegistryDouble, BerthError?) throws -> Void
    ) async throws {
        try await Harbour.open { harbour in
            let content = bytes(300_000)
            let session = try harbour.store.beginIngest(purpose: "test")
            let digest = try session.add(content)
            try await RegistryDouble.serving(manners) { double in
                prepare(double)
                var access = harbour.access()
                access.policy.total = total
                let client = try access.writer(of: harbour.repository(double))
                let source = StoredBlob(
                    digest: digest, size: ByteCount(content.count), path: harbour.store.path(of: digest),
                    usual: 64 << 10)
                var upload = BlobUpload(
                    source, to: client, elsewhere: [], counter: TransferCounter("x", total: 1, harbour.sink))
                do {
                    let arrival = try await upload.run()
                    #expect(arrival == .uploaded && double.blob("\(digest)", in: "me/sample") == content)
                    try check(double, nil)
                } catch let error as BerthError { try check(double, error) }
            }
        }
    }

    @Test func `a count of bytes beyond all numbers is trouble that passes`() async throws {
        try await upload {
            $0.set(.header("Range", "0-9223372036854775807"), "PATCH")
        } _: { double, error in
            #expect(error == nil && double.calls("POST").count == 2)
        }
        try await upload {
            $0.set(.header("OCI-Chunk-Min-Length", "9223372036854775807"), "POST")
        } _: { double, error in
            #expect(error == nil && double.calls("PATCH").map(\.bodyBytes) == [300_000])
        }
    }

    @Test(arguments: ["0-300000", "0-5", "0-9223372036854775807"])
    func `who always claims other bytes than were sent is given up`(range: String) async throws {
        try await upload { double in
            for _ in 0..<100 { double.set(.header("Range", range), "PATCH") }
        } _: { double, error in
            let error = try #require(error)
            #expect(error.status == .temporary && error.what.contains("nobody sent"), "\(error)")
            #expect(double.calls("POST").count <= 8)
        }
    }

    @Test func `a registry that takes less of a piece than was sent gets the rest, but not for ever`() async throws {
        var manners = RegistryManners()
        manners.mostTaken = 40_000
        try await upload(manners) { _ in
        } _: { double, error in
            #expect(error == nil && double.calls("PATCH").count == 8 && double.calls("POST").count == 1)
        }
        manners.mostTaken = 2
        try await upload(manners, total: .seconds(1)) { _ in
        } _: { double, error in
            let error = try #require(error)
            #expect(error.status == .temporary && error.what.contains("the time for one file is over"), "\(error)")
        }
    }

    @Test func `a lost session is no refusal of pieces, and a refusal is none of lost sessions`() async throws {
        for fault in [RegistryFault.forgetUploads, .status(400, code: "BLOB_UPLOAD_INVALID"), .status(404)] {
            try await upload {
                $0.set(fault, "PATCH")
            } _: { double, error in
                #expect(error == nil)
                #expect(double.calls("PUT", "/uploads/").map(\.bodyBytes) == [0], "\(fault)")
            }
        }
        for status in [400, 405, 411, 415, 501] {
            try await upload {
                $0.set(.status(status, code: "UNSUPPORTED"), "PATCH")
            } _: { double, error in
                #expect(error == nil)
                #expect(double.calls("PUT", "/uploads/").map(\.bodyBytes) == [300_000], "\(status)")
            }
        }
    }

    @Test func `a resumed answer of a length beyond all numbers is refused`() async throws {
        try await Harbour.open { harbour in
            let content = bytes(300_000)
            try await RegistryDouble.serving { double in
                double.put(blob: content, in: "me/sample")
                let blob = ContentDescriptor(mediaType: "x", digest: Digest.of(content), size: ByteCount(300_000))
                double.set(.cutAnswer(after: 200_000), "GET", "/blobs/")
                double.set(.header("Content-Length", "9223372036854775807"), "GET", "/blobs/")
                let client = try harbour.access().reader(of: harbour.repository(double))
                let error = try await failure {
                    try await client.pull(
                        [blob], into: harbour.store.beginIngest(purpose: "test"), of: harbour.store)
                }
                #expect(error.status == .damaged, "\(error)")
            }
        }
    }

    @Test func `a manifest of parts beyond all numbers ends a copy, not the program`() async throws {
        try await Harbour.open { harbour in
            try await RegistryDouble.serving { double in
                let huge = SampleImage.entry("x", Digest.of("x"), .max)
                let manifest = SampleImage.json([
                    "schemaVersion": 2, "mediaType": ManifestType.image.rawValue, "config": huge,
                    "layers": [huge, huge],
                ])
                double.put(manifest, type: ManifestType.image.rawValue, as: ["latest"], in: "me/sample")
                let repository = try harbour.repository(double)
                let copier = ImageCopier(
                    from: try harbour.access().reader(of: repository),
                    to: try harbour.access().writer(of: harbour.repository(double, "you/other")))
                let error = try await failure { _ = try await copier.copy(.tag(.latest), tags: []) }
                #expect(error.status == .damaged, "\(error)")
            }
        }
    }

    @Test func `plain http goes to hosts that somebody named, and to no others`() async throws {
        let manifest = Digest.of("x")
        for (method, fault) in [
            ("GET", RegistryFault.redirect(to: "http://192.0.2.1/v2/x")),
            ("POST", .header("Location", "http://192.0.2.1/upload")),
        ] {
            try await Harbour.open { harbour in
                let image = try SampleImage.make(in: harbour.store, layerSizes: [1000])
                try await RegistryDouble.serving { double in
                    double.set(fault, method)
                    let error = try await failure {
                        if method == "POST" { _ = try await harbour.push(image, to: double) }
                        _ = try await harbour.access().reader(of: harbour.repository(double))
                            .manifest(.digest(manifest))
                    }
                    #expect(error.what.contains("192.0.2.1 without TLS"), "\(error)")
                }
            }
        }
        let repository = try Repository(host: RegistryHost("registry.test:5000"), path: "x")
        let authority = RegistryAuthority(
            repository, at: try Address("http://registry.test:5000"),
            insecure: try [
                RegistryHost("registry.test:5000"), RegistryHost("files.test"), RegistryHost("s3.test:9000"),
            ],
            scopes: [], logins: LoginFinder(files: []), exchange: Exchange(transport: .shared, policy: .init()))
        for allowed in ["http://registry.test/a", "http://files.test/b", "http://s3.test:9000", "https://any.test"] {
            #expect(authority.permits(try Address(allowed)), "\(allowed)")
        }
        for refused in ["http://any.test", "http://s3.test", "http://s3.test:9001", "http://files.test.evil"] {
            #expect(!authority.permits(try Address(refused)), "\(refused)")
        }
    }

    @Test func `a wait that the registry asks for is kept`() async throws {
        try await Harbour.open { harbour in
            try await RegistryDouble.serving { double in
                var access = harbour.access()
                access.policy.longestWait = .seconds(5)
                double.set(.status(429, retryAfter: "1"), "GET")
                let client = try access.reader(of: harbour.repository(double))
                let start = ContinuousClock.now
                _ = try await client.tags()
                #expect(start.duration(to: .now) >= .seconds(1))
                #expect(double.calls("GET").count == 2)
            }
        }
    }

    @Test func `lists whose pages go round in circles end`() async throws {
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store, layerSizes: [10], attachments: 1)
            try await RegistryDouble.serving { double in
                _ = try await harbour.push(image, to: double)
                let client = try harbour.access().reader(of: harbour.repository(double))
                for path in ["tags/list", "referrers/\(image.index)"] {
                    for _ in 0..<50 {
                        double.set(.header("Link", "</v2/me/sample/\(path)>; rel=\"next\""), "GET", path)
                    }
                }
                double.forgetCalls()
                #expect(try await client.tags() == [.latest])
                #expect(Set(try await client.referrers(of: image.index).map(\.digest)) == Set(image.attachments))
                #expect(double.calls("GET").count <= 4)
            }
        }
    }

    @Test func `what goes out is cut so small that a slow line shows signs of life`() async throws {
        let folder = try TemporaryFolder("slices")
        let content = bytes(2_500_001)
        let file = folder.path.appending("blob")
        try Files.writeAtomically(content, to: file)
        for (body, wanted) in [
            (RequestBody.bytes(content), content[...]), (.file(file, 5..<2_500_000), content[5..<2_500_000]),
        ] {
            let heart = Heartbeat(policy: FetchPolicy(), until: .now + .seconds(60))
            var (sent, longest): ([UInt8], Int) = ([], 0)
            for try await slice in body.stream(heart, patience: .zero) {
                longest = max(longest, slice.readableBytes)
                sent += slice.readableBytesView
            }
            #expect(sent == Array(wanted) && longest == 64 << 10)
        }
    }
}
