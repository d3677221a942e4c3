import BerthArchive
import BerthRegistry
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthImage

/// What a pulled version keeps of what refers to it, and whether that verifies.
struct PulledAttachmentTests {
    /// A registry with a signed image of two platforms, and the index's version in the store that it came from.
    private func signed(
        _ body: (RegistryDouble, SignedPair, Desk, Version) async throws -> Void
    ) async throws {
        try await RegistryDouble.serving { double in
            try await Desk.open { maker in
                _ = try ForeignImage().put(double, "plain", tags: ["1"])
                let pulled = try await maker.service.pull(maker.reference(double, "plain:1")).version
                let pair = try SignedPair()
                let version = try pair.sign(pulled, in: maker.store)
                _ = try await maker.service.push(version, to: maker.reference(double, "app:1"))
                try await body(double, pair, maker, version)
            }
        }
    }

    private func expectNoDamage(_ store: Store) throws {
        for version in try VersionCatalog(store).all() {
            for blob in version.blobs { #expect(store.contains(blob), "\(blob)") }
        }
    }

    @Test func `a signed image that was pulled verifies, all of it and a part of it`() async throws {
        try await signed { double, pair, maker, version in
            for platforms in [nil, [Platform(parsing: "linux/arm64")].compactMap(\.self)] {
                try await Desk.open { desk in
                    let source = try desk.reference(double, "app:1")
                    let pulled = try await desk.service.pull(source, platforms: platforms).version
                    #expect((pulled.index == version.index) == (platforms == nil))
                    #expect(pulled.attachments?.count == (platforms == nil ? 5 : 3))
                    try pair.verify(pulled, in: desk.store)
                    try expectNoDamage(desk.store)
                    let other = try SignedPair()
                    let error = try await Desk.failure { try other.verify(pulled, in: desk.store) }
                    #expect(error.what.contains("another key"), "\(error)")
                }
            }
        }
    }

    @Test func `a part whose index holds something else, or is no part of the signed one, has no signature`()
        async throws
    {
        try await signed { double, pair, maker, version in
            try await Desk.open { desk in
                let arm64 = try #require(Platform(parsing: "linux/arm64"))
                let part = try await desk.service.pull(desk.reference(double, "app:1"), platforms: [arm64]).version
                let session = try desk.store.beginIngest(purpose: "test")
                let foreign = try session.add(
                    ForeignImage.json([
                        "schemaVersion": 2, "mediaType": MediaType.index,
                        "manifests": [["mediaType": "x", "digest": "\(Digest.of("evil"))", "size": 1]],
                    ]))
                let evil = Version(
                    name: part.name, tag: part.tag, index: foreign, indexSize: part.indexSize,
                    platforms: part.platforms, lock: nil, recipe: part.recipe, built: 1, epoch: 1,
                    compressor: "", inputs: part.inputs, blobs: part.blobs, refs: [], attachments: part.attachments)
                let error = try await Desk.failure { try pair.verify(evil, in: desk.store) }
                #expect(error.what.contains("has no signature"), "\(error)")
                // A part is pushed without what speaks of the whole; what speaks of its images goes along.
                let report = try await desk.service.push(part, to: desk.reference(double, "part:1"))
                #expect(report.attachments.count == 2)
                let sign = try await Desk.failure { _ = try ImageSigner(store: desk.store).sign(part, with: pair.key) }
                #expect(sign.place?.contains("a part of it") == true, "\(sign)")
            }
        }
    }

    @Test func `a pull adds to what a version has, and takes nothing away`() async throws {
        try await signed { double, pair, maker, version in
            let second = try ImageSigner(store: maker.store).sign(version, with: SigningKey())
            #expect(second.attachments?.count == 6)
            let note = ForeignImage.attach("later", to: try index(version, maker), double, "app")
            let pulled = try await maker.service.pull(maker.reference(double, "app:1"), name: "plain")
            #expect(!pulled.isNew && pulled.version.attachments?.count == 7)
            #expect(pulled.version.attachments?.contains { $0.manifest == note.digest } == true)
            #expect((second.attachments ?? []).allSatisfy { pulled.version.attachments?.contains($0) == true })
            #expect(pulled.version.built == second.built && pulled.version.tag == second.tag)
            try pair.verify(pulled.version, in: maker.store)
            let again = try await maker.service.pull(maker.reference(double, "app:1"), name: "plain").version
            #expect(again == pulled.version)
            #expect(try VersionCatalog(maker.store).all().count == 1)
        }
    }

    private func index(_ version: Version, _ desk: Desk) throws -> ForeignImage.Part {
        let bytes = try desk.store.read(version.index, limit: ByteCount(1 << 20))
        return ForeignImage.Part(type: MediaType.index, bytes: bytes)
    }

    @Test func `attachments of any size and configuration are kept whole`() async throws {
        try await signed { double, pair, maker, version in
            let index = try index(version, maker)
            let large = ForeignImage.attach(
                String(repeating: "a bill of materials ", count: 300_000), to: index, double, "app",
                configuration: #"{"not":"empty"}"#)
            try await Desk.open { desk in
                let pulled = try await desk.service.pull(desk.reference(double, "app:1")).version
                #expect(pulled.attachments?.contains { $0.manifest == large.digest } == true)
                try expectNoDamage(desk.store)
                try pair.verify(pulled, in: desk.store)
                // Also once another signature is added, which writes the list of blobs anew.
                let signed = try ImageSigner(store: desk.store).sign(pulled, with: SigningKey())
                #expect(signed.blobs.contains(Digest.of(#"{"not":"empty"}"#)))
                try expectNoDamage(desk.store)
            }
        }
        // Alone, without anything that has an empty configuration.
        try await RegistryDouble.serving { double in
            try await Desk.open { desk in
                let index = try ForeignImage().put(double, "app", tags: ["1"])
                _ = ForeignImage.attach("x", to: index, double, "app", configuration: "[]")
                let pulled = try await desk.service.pull(desk.reference(double, "app:1")).version
                #expect(pulled.attachments?.count == 1)
                try expectNoDamage(desk.store)
            }
        }
    }
}
