import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import Testing

@testable import BerthRegistry

/// What refers to an image: how much of it is taken along, and the list that clients keep of it.
struct ReferrerTests {
    /// An image without layers and a way to it, on a registry.
    private func sample(
        _ manners: RegistryManners,
        _ body: (RegistryDouble, Harbour, RegistryClient, RegistryManifest) async throws -> Void
    ) async throws {
        try await Harbour.open { harbour in
            try await RegistryDouble.serving(manners) { double in
                let client = try harbour.access().writer(of: harbour.repository(double))
                let top = try put("the image", nil, double)
                double.put(top.bytes, type: top.type.rawValue, as: ["latest"], in: "me/sample")
                try await body(double, harbour, client, top)
            }
        }
    }

    /// A manifest with a layer that is said to have so many bytes, and really is `text`.
    @discardableResult
    private func put(
        _ text: String, _ subject: RegistryManifest?, _ double: RegistryDouble, size: Int? = nil, number: Int = 0
    ) throws -> RegistryManifest {
        double.put(blob: Array("{}".utf8), in: "me/sample")
        double.put(blob: Array(text.utf8), in: "me/sample")
        var object: [String: Any] = [
            "schemaVersion": 2, "mediaType": ManifestType.image.rawValue, "artifactType": "text/x-note",
            "annotations": ["number": "\(number)"],
            "config": SampleImage.entry("application/vnd.oci.empty.v1+json", Digest.of("{}"), 2),
            "layers": [SampleImage.entry("text/plain", Digest.of(text), size ?? text.utf8.count)],
        ]
        if let subject {
            object["subject"] = SampleImage.entry(subject.type.rawValue, subject.digest, subject.bytes.count)
        }
        let bytes = SampleImage.json(object)
        double.put(bytes, type: ManifestType.image.rawValue, as: [], in: "me/sample")
        return try RegistryManifest(bytes)
    }

    private func list(_ entries: [[String: Any]]) -> [UInt8] {
        SampleImage.json(["schemaVersion": 2, "mediaType": ManifestType.index.rawValue, "manifests": entries])
    }

    private func pull(_ harbour: Harbour, _ client: RegistryClient) async throws -> ImagePuller.Pulled {
        let session = try harbour.store.beginIngest(purpose: "test")
        return try await ImagePuller(store: harbour.store, session: session, client: client)
            .pull(.tag(.latest)) { _ in true }
    }

    @Test func `beyond a number what refers to an image is left out, and that is said`() async throws {
        var manners = RegistryManners()
        manners.supportsReferrers = false
        try await sample(manners) { double, harbour, client, top in
            let entries = try (0..<300).map { number in
                let note = try put("note", top, double, number: number)
                return SampleImage.entry(note.type.rawValue, note.digest, note.bytes.count)
            }
            let tag = Tag.referrers(of: top.digest).text
            double.put(list(entries), type: ManifestType.index.rawValue, as: [tag], in: "me/sample")
            let pulled = try await pull(harbour, client)
            #expect(pulled.attachments.count == 256)
            #expect(harbour.sink.lines.contains { $0.contains("256 of them were taken") }, "\(harbour.sink.lines)")
        }
    }

    @Test func `what is too large is left out, and all else comes`() async throws {
        try await sample(.init()) { double, harbour, client, top in
            let small = try put("small", top, double)
            try put("large", top, double, size: 2 << 30)
            let pulled = try await pull(harbour, client)
            #expect(pulled.attachments.map(\.digest) == [small.digest])
            #expect(harbour.sink.lines.contains { $0.contains("1 of them were taken") }, "\(harbour.sink.lines)")
        }
    }

    @Test func `what can't be used does not keep anybody from the image`() async throws {
        try await sample(.init()) { double, harbour, client, top in
            let good = try put("good", top, double)
            #expect(throws: BerthError.self) { try put("beyond all numbers", top, double, size: .max) }
            let pulled = try await pull(harbour, client)
            #expect(pulled.attachments.map(\.digest) == [good.digest])
            #expect(harbour.sink.lines.contains { $0.contains("is left out: a manifest can't be used") })
        }
    }

    @Test(arguments: [true, false]) func `what refers to an attachment is pulled and copied too`(supports: Bool)
        async throws
    {
        try await sample(.init()) { double, harbour, client, top in
            let bill = try put("bill", top, double)
            let signature = try put("signature of the bill", bill, double)
            let pulled = try await pull(harbour, client)
            #expect(pulled.attachments.map(\.digest) == [bill.digest, signature.digest])
            #expect(harbour.store.contains(Digest.of("signature of the bill")))
            var manners = RegistryManners()
            manners.supportsReferrers = supports
            try await RegistryDouble.serving(manners) { other in
                let target = try harbour.access().writer(of: harbour.repository(other))
                let summary = try await ImageCopier(from: client, to: target).copy(.tag(.latest), tags: [.latest])
                #expect(summary.attachments == [bill.digest, signature.digest])
                #expect(try await target.referrers(of: bill.digest).map(\.digest) == [signature.digest])
            }
        }
    }

    @Test func `an index of many manifests, or a deep one, is refused`() async throws {
        try await sample(.init()) { double, harbour, client, top in
            let many = try (0..<300).map { number in
                let image = try put("image", nil, double, number: number)
                return SampleImage.entry(image.type.rawValue, image.digest, image.bytes.count)
            }
            double.put(list(many), type: ManifestType.index.rawValue, as: ["latest"], in: "me/sample")
            let wide = try await failure { _ = try await pull(harbour, client) }
            #expect(wide.status == .damaged && wide.what.contains("more than 256"), "\(wide)")
            var below = SampleImage.entry(top.type.rawValue, top.digest, top.bytes.count)
            for _ in 0..<4 {
                let bytes = list([below])
                double.put(bytes, type: ManifestType.index.rawValue, as: ["latest"], in: "me/sample")
                below = SampleImage.entry(ManifestType.index.rawValue, Digest.of(bytes), bytes.count)
            }
            let deep = try await failure { _ = try await pull(harbour, client) }
            #expect(deep.status == .damaged && deep.what.contains("nests deeper"), "\(deep)")
        }
    }

    @Test func `a part of a blob is read without what comes behind it, also where a registry ignores ranges`()
        async throws
    {
        try await sample(.init()) { double, harbour, client, top in
            let content = bytes(300_000)
            double.put(blob: content, in: "me/sample")
            double.set(.ignoreRange(cutAfter: 290_000), "GET", "/blobs/")
            let blob = ContentDescriptor(mediaType: "x", digest: Digest.of(content), size: ByteCount(300_000))
            let part = try await client.part(of: blob, 1000..<2000)
            #expect(part == Array(content[1000..<2000]))
            #expect(double.calls("GET", "/blobs/").count == 1)
        }
    }

    /// A registry without the referrers API that looks at If-Match.
    private static var tagged: RegistryManners {
        var manners = RegistryManners()
        manners.supportsReferrers = false
        manners.checksStates = true
        return manners
    }

    @Test func `who writes the list at the same moment loses nothing where the registry checks states`() async throws {
        try await sample(Self.tagged) { double, harbour, client, top in
            let (own, other) = (try put("own", top, double), try put("other", top, double))
            let tag = Tag.referrers(of: top.digest).text
            let foreign = SampleImage.entry(other.type.rawValue, other.digest, other.bytes.count)
            double.put(list([]), type: ManifestType.index.rawValue, as: [tag], in: "me/sample")
            double.set(.overtaken(by: list([foreign])), "GET", tag)
            try await ReferrerIndex(client: client, subject: top.digest).add([own.referrer])
            #expect(Set(try await client.referrers(of: top.digest).map(\.digest)) == [own.digest, other.digest])
        }
    }

    @Test func `two writers at once: nothing is lost where the registry checks states`() async throws {
        try await sample(Self.tagged) { double, harbour, client, top in
            let tag = Tag.referrers(of: top.digest).text
            double.put(list([]), type: ManifestType.index.rawValue, as: [tag], in: "me/sample")
            let notes = try (0..<12).map { try put("note \($0)", top, double) }
            _ = try await inParallel([0, 1], limit: 2) { writer in
                let own = notes.indices.filter { $0 % 2 == writer }.map { notes[$0].referrer }
                try await ReferrerIndex(client: client, subject: top.digest).add(own)
            }
            #expect(Set(try await client.referrers(of: top.digest).map(\.digest)) == Set(notes.map(\.digest)))
        }
    }

    @Test func `an entry that another writer took out after our look is put in again`() async throws {
        var manners = RegistryManners()
        manners.supportsReferrers = false
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store, layerSizes: [10], attachments: 1)
            try await RegistryDouble.serving(manners) { double in
                let tag = Tag.referrers(of: image.index).text
                let foreign = SampleImage.entry(ManifestType.image.rawValue, Digest.of("other"), 5)
                double.set(.status(404), "GET", tag)
                // Our look after writing finds all well; then the other writes what it had read before.
                double.set(.overtaken(by: list([foreign])), "GET", tag)
                _ = try await harbour.push(image, to: double)
                let client = try harbour.access().reader(of: harbour.repository(double))
                let found = try await client.referrers(of: image.index).map(\.digest)
                #expect(Set(found) == Set(image.attachments + [Digest.of("other")]))
            }
        }
    }

    @Test func `fields of others that Berth does not know stay in the list`() async throws {
        var manners = RegistryManners()
        manners.supportsReferrers = false
        try await sample(manners) { double, harbour, client, top in
            let own = try put("own", top, double)
            let tag = Tag.referrers(of: top.digest).text
            var foreign = SampleImage.entry(ManifestType.image.rawValue, Digest.of("other"), 5)
            foreign["urls"] = ["https://example.org/x"]
            foreign["data"] = "e30="
            foreign["platform"] = ["architecture": "amd64", "os": "windows", "os.version": "10.0.1"]
            double.put(list([foreign]), type: ManifestType.index.rawValue, as: [tag], in: "me/sample")
            try await ReferrerIndex(client: client, subject: top.digest).add([own.referrer])
            let bytes = try #require(double.manifest(tag, in: "me/sample"))
            let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
            let entries = try #require(object["manifests"] as? [[String: Any]])
            #expect(entries.count == 2 && entries[1]["digest"] as? String == "\(own.digest)")
            #expect(NSDictionary(dictionary: entries[0]) == NSDictionary(dictionary: foreign))
        }
    }
}
