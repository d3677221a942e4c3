import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import Testing

@testable import BerthRegistry

@Suite struct PullTests {
    /// A registry that holds a sample, and an empty store to pull into.
    private func pulling(
        _ manners: RegistryManners = .init(), attachments: Int = 1,
        _ body: (RegistryDouble, SampleImage, Harbour, ImagePuller) async throws -> Void
    ) async throws {
        try await Harbour.open { maker in
            let image = try SampleImage.make(in: maker.store, attachments: attachments)
            try await RegistryDouble.serving(manners) { double in
                _ = try await maker.push(image, to: double)
                double.forgetCalls()
                try await Harbour.open { harbour in
                    let session = try harbour.store.beginIngest(purpose: "test")
                    let client = try harbour.access().reader(of: harbour.repository(double))
                    try await body(
                        double, image, harbour, ImagePuller(store: harbour.store, session: session, client: client))
                }
            }
        }
    }

    @Test(arguments: [true, false]) func `all of an image comes back, with what refers to it`(supports: Bool)
        async throws
    {
        var manners = RegistryManners()
        manners.supportsReferrers = supports
        try await pulling(manners) { double, image, harbour, puller in
            let pulled = try await puller.pull(.tag(.latest)) { _ in true }
            #expect(pulled.top.digest == image.index && pulled.isWhole)
            #expect(pulled.attachments.map(\.digest) == image.attachments)
            for digest in image.blobs.union(image.manifests + [image.index] + image.attachments) {
                #expect(harbour.store.contains(digest), "\(digest)")
                #expect(try FileDigest.of(harbour.store.path(of: digest)) == digest)
            }
            double.forgetCalls()
            let again = try await puller.pull(.digest(image.index)) { _ in true }
            #expect(again.summary.count(.uploaded) == 0)
            #expect(double.calls("GET", "/blobs/").isEmpty)
        }
    }

    @Test func `of an index only the wanted platforms are fetched`() async throws {
        try await pulling(attachments: 0) { double, image, harbour, puller in
            let pulled = try await puller.pull(.tag(.latest)) { $0.platform?.architecture == "arm64" }
            #expect(!pulled.isWhole && pulled.images.map(\.manifest.digest) == [image.manifests[0]])
            #expect(!harbour.store.contains(image.manifests[1]))
            let error = try await failure { _ = try await puller.pull(.tag(.latest)) { $0.platform?.os == "plan9" } }
            #expect(error.status == .usage && error.place?.contains("linux/arm64") == true)
        }
    }

    @Test func `a broken transfer goes on where it broke, and trouble passes`() async throws {
        try await pulling { double, image, harbour, puller in
            double.set(.status(503, retryAfter: "0"), "GET", "/blobs/")
            double.set(.status(429), "GET", "/manifests/")
            double.set(.silent, "GET", "/manifests/")
            double.set(.cutAnswer(after: 100_000), "GET", "/blobs/\(image.layers[0])")
            let pulled = try await puller.pull(.tag(.latest)) { _ in true }
            #expect(pulled.isWhole)
            let ranges = double.calls("GET", "\(image.layers[0])").compactMap { $0["range"] }
            let start = try #require(ranges.first.flatMap { Int($0.filter(\.isNumber)) })
            #expect((1...100_000).contains(start))
        }
    }

    @Test(arguments: ["/manifests/", "/blobs/"])
    func `a registry that lies once is asked again, and twice is not believed`(
        part: String
    ) async throws {
        try await pulling { double, image, harbour, puller in
            double.set(.lie, "GET", part)
            _ = try await puller.pull(.tag(.latest)) { _ in true }
        }
        try await pulling { double, image, harbour, puller in
            for _ in 0..<40 { double.set(.lie, "GET", part) }
            let error = try await failure { _ = try await puller.pull(.tag(.latest)) { _ in true } }
            #expect(error.status == .damaged, "\(error)")
            #expect(!harbour.store.contains(image.layers[0]))
        }
    }

    @Test func `what is not there says so, and what may be wrong`() async throws {
        try await pulling { double, image, harbour, puller in
            let error = try await failure { _ = try await puller.pull(.tag(Tag("none"))) { _ in true } }
            #expect(error.status == .failed && error.what.contains("none") && error.remedy?.contains("rights") == true)
        }
    }

    @Test func `a manifest that is too large is refused before it is read`() async throws {
        try await pulling { double, image, harbour, puller in
            let huge = Array(#"{"schemaVersion":2,"x":"\#(String(repeating: "y", count: 5 << 20))"}"#.utf8)
            double.put(huge, type: ManifestType.index.rawValue, as: ["huge"], in: "me/sample")
            let error = try await failure { _ = try await puller.pull(.tag(Tag("huge"))) { _ in true } }
            #expect(error.what.contains("larger than"), "\(error)")
        }
    }

    @Test func `lists that go round in circles or point nowhere end`() async throws {
        try await pulling(attachments: 0) { double, image, harbour, puller in
            let list = SampleImage.json([
                "schemaVersion": 2, "mediaType": ManifestType.index.rawValue,
                "manifests": [SampleImage.entry(ManifestType.index.rawValue, Digest.of("none"), 4)],
            ])
            double.put(list, type: ManifestType.index.rawValue, as: ["nowhere"], in: "me/sample")
            let error = try await failure { _ = try await puller.pull(.tag(Tag("nowhere"))) { _ in true } }
            #expect(error.status == .failed)
        }
    }

    @Test(arguments: [true, false]) func `a copy arrives whole between registries and within one`(isSame: Bool)
        async throws
    {
        var manners = RegistryManners()
        manners.supportsReferrers = false
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store, attachments: 1)
            try await RegistryDouble.serving { first in
                try await RegistryDouble.serving(manners) { second in
                    _ = try await harbour.push(image, to: first, path: "me/a")
                    let target = isSame ? first : second
                    let source = try harbour.repository(first, "me/a")
                    if !isSame { first.set(.status(503), "GET", "/blobs/") }
                    if !isSame { second.set(.cut(after: 1000), "PATCH") }
                    let copier = ImageCopier(
                        from: try harbour.access().reader(of: source),
                        to: try harbour.access().writer(of: harbour.repository(target, "you/b"), mounting: [source]))
                    let summary = try await copier.copy(.tag(.latest), tags: [Tag("copied")])
                    #expect(summary.count(isSame ? .mounted : .uploaded) == image.blobs.count)
                    #expect(harbour.holds(image, target, path: "you/b"))
                    #expect(target.manifest("copied", in: "you/b").map(Digest.of) == image.index)
                    let client = try harbour.access().reader(of: harbour.repository(target, "you/b"))
                    #expect(try await client.referrers(of: image.index).map(\.digest) == image.attachments)
                }
            }
        }
    }

    @Test func `a copy to a registry that takes no pieces brings blobs of many windows`() async throws {
        var manners = RegistryManners()
        manners.isMonolithic = true
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store)
            try await RegistryDouble.serving { first in
                try await RegistryDouble.serving(manners) { second in
                    _ = try await harbour.push(image, to: first)
                    let copier = ImageCopier(
                        from: try harbour.access().reader(of: harbour.repository(first)),
                        to: try harbour.access().writer(of: harbour.repository(second)))
                    _ = try await copier.copy(.tag(.latest), tags: [.latest])
                    #expect(harbour.holds(image, second))
                    #expect(second.calls("PUT", "/blobs/uploads/").contains { $0.bodyBytes == 300_000 })
                }
            }
        }
    }

    @Test func `a copy of bytes that are not what they should be is never finished`() async throws {
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store, layerSizes: [200_000])
            try await RegistryDouble.serving { first in
                try await RegistryDouble.serving { second in
                    _ = try await harbour.push(image, to: first)
                    for _ in 0..<40 { first.set(.lie, "GET", "/blobs/\(image.layers[0])") }
                    let copier = ImageCopier(
                        from: try harbour.access().reader(of: harbour.repository(first)),
                        to: try harbour.access().writer(of: harbour.repository(second)))
                    let error = try await failure { _ = try await copier.copy(.tag(.latest), tags: [.latest]) }
                    #expect(error.status == .damaged, "\(error)")
                    #expect(second.blob("\(image.layers[0])", in: "me/sample") == nil)
                    #expect(
                        second.calls("PUT", "\(image.layers[0])").isEmpty && second.calls("PUT", "/manifests/").isEmpty)
                }
            }
        }
    }
}
