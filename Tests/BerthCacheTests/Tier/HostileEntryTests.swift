import BerthArchive
import BerthRegistry
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import Testing

@testable import BerthCache

/// What somebody who may write to the registry could put there: nothing of it comes into the store as an entry.
struct HostileEntryTests {
    /// An entry as it would be pushed, to be changed before it is.
    private struct Forgery {
        var entry: CacheEntry
        /// Blobs by digest; the packs and the tree, and what the forger puts in their place.
        var blobs: [Digest: [UInt8]]
        /// The record as it is sent; nil for the entry's own.
        var record: [UInt8]?
        /// The tag's entry; nil for the entry's own.
        var id: Digest?

        func put(on double: RegistryDouble) throws {
            let record = try self.record ?? CanonicalJSON.encode(entry)
            let tree = ByteCount(blobs[entry.manifest]?.count ?? 0)
            let artifact = try EntryArtifact(entry, record: record, tree: tree)
            for blob in Array(blobs.values) + [record] { double.put(blob: blob, in: TierYard.path) }
            let id = self.id ?? CacheEntry.id(entry.key, version: entry.version, in: entry.scope)
            double.put(
                artifact.manifest.bytes, type: artifact.manifest.type.rawValue,
                as: [try EntryArtifact.tag(id).text], in: TierYard.path)
        }

        /// A pack with other contents than the one at that index.
        mutating func replacePack(_ index: Int, _ bytes: [UInt8], expanded: Int) {
            entry.packs[index] = StoredPack(
                digest: Digest.of(bytes), size: ByteCount(bytes.count), expanded: ByteCount(expanded))
            entry.blobs = [entry.manifest] + entry.packs.map(\.digest)
            blobs[Digest.of(bytes)] = bytes
        }

        mutating func replaceTree(_ manifest: TreeManifest, keepingIdentity: Bool) throws {
            let bytes = try ZstdFrames.compress(ManifestCoding.encode(manifest), level: 3)
            entry = CacheEntry(
                key: entry.key, scope: entry.scope, version: entry.version, created: entry.created,
                manifest: Digest.of(bytes), identity: keepingIdentity ? entry.identity : manifest.identity,
                packs: entry.packs, files: manifest.fileCount, size: manifest.byteCount, added: entry.added, cost: nil)
            blobs[Digest.of(bytes)] = bytes
        }
    }

    private func forgery(_ yard: TierYard) async throws -> Forgery {
        try yard.here.folder.write(["tree/a": "first content\n", "tree/b": "second content\n"])
        let entry = try await yard.here.save("tree")
        let blobs = try entry.blobs.map { ($0, try yard.here.store.read($0, limit: ByteCount(1 << 24))) }
        return Forgery(entry: entry, blobs: Dictionary(blobs) { first, _ in first })
    }

    /// What a pull of the forged entry comes to.
    private func pull(_ change: (inout Forgery) throws -> Void) async throws -> (BerthError?, [CacheEntry]) {
        var result: (BerthError?, [CacheEntry]) = (nil, [])
        try await TierYard.open { yard in
            var forgery = try await forgery(yard)
            try change(&forgery)
            let made = forgery
            try await RegistryDouble.serving { double in
                try made.put(on: double)
                do { _ = try await yard.pull("key", ["k"], from: double.host) } catch let error as BerthError {
                    result.0 = error
                }
            }
            result.1 = try EntryCatalog(yard.there.store).list()
            // Nothing keeps what was fetched, and nothing that is there is damaged.
            #expect(try await yard.there.store.check(readData: .all).isClean)
        }
        return result
    }

    private func isRefused(
        _ word: String, sourceLocation: SourceLocation = #_sourceLocation, _ change: (inout Forgery) throws -> Void
    ) async throws {
        let (error, entries) = try await pull(change)
        #expect(error?.status == .damaged, "\(String(describing: error))", sourceLocation: sourceLocation)
        #expect(error?.what.contains(word) == true, "\(String(describing: error))", sourceLocation: sourceLocation)
        #expect(entries.isEmpty, sourceLocation: sourceLocation)
    }

    @Test func `the forgery that changes nothing is taken`() async throws {
        let (error, entries) = try await pull { _ in }
        #expect(error == nil && entries.count == 1)
    }

    @Test func `a record of another key, scope or version is refused`() async throws {
        func other(_ entry: CacheEntry, _ key: String, _ reference: String, _ version: String) throws -> CacheEntry {
            CacheEntry(
                key: try CacheKey(key), scope: try Scope(repository: "octo/hello", reference: reference),
                version: version, created: 1, manifest: entry.manifest, identity: entry.identity, packs: entry.packs,
                files: entry.files, size: entry.size, added: entry.added, cost: nil)
        }
        for (key, reference, version) in [
            ("key2", "refs/heads/main", "v1"), ("key", "refs/heads/other", "v1"), ("key", "refs/heads/main", "v2"),
        ] {
            try await isRefused("another key, scope or version") { forgery in
                forgery.id = CacheEntry.id(forgery.entry.key, version: "v1", in: forgery.entry.scope)
                forgery.entry = try other(forgery.entry, key, reference, version)
            }
        }
    }

    @Test func `a record that is none, or names other blobs than the manifest, is refused`() async throws {
        try await isRefused("its record is none") { $0.record = Array("{}".utf8) }
        try await isRefused("its record is none") { $0.record = [UInt8](repeating: UInt8(ascii: "["), count: 100_000) }
        try await isRefused("names other blobs") { forgery in
            var entry = forgery.entry
            entry.blobs.append(Digest.of("what must not be collected"))
            forgery.record = try CanonicalJSON.encode(entry)
        }
        try await isRefused("names other blobs") { forgery in
            var entry = forgery.entry
            entry.packs[0] = StoredPack(
                digest: entry.packs[0].digest, size: ByteCount(1), expanded: entry.packs[0].expanded)
            forgery.record = try CanonicalJSON.encode(entry)
        }
    }

    @Test func `a tree that is none, or another than the record says, is refused`() async throws {
        try await isRefused("its tree is none") { forgery in
            let bytes = try ZstdFrames.compress(Array("BERTHTREE1 and no more".utf8), level: 3)
            let tree = forgery.entry.manifest
            try forgery.replaceTree(TreeManifest(), keepingIdentity: true)
            forgery.blobs[tree] = nil
            let entry = forgery.entry
            forgery.entry = CacheEntry(
                key: entry.key, scope: entry.scope, version: entry.version, created: 1, manifest: Digest.of(bytes),
                identity: entry.identity, packs: entry.packs, files: 2, size: entry.size, added: entry.added, cost: nil)
            forgery.blobs[Digest.of(bytes)] = bytes
        }
        try await isRefused("its tree is another") { forgery in
            var manifest = try ManifestCoding.decode(
                ZstdFrames.expand(forgery.blobs[forgery.entry.manifest] ?? [], limit: ManifestCoding.limit))
            manifest.change { $0[1].name = Array("aa".utf8)[...] }
            try forgery.replaceTree(manifest, keepingIdentity: true)
        }
    }

    @Test func `a pack whose table lies is refused: a later save would take its contents for others`() async throws {
        try await isRefused("other bytes than its table promises") { forgery in
            var builder = try PackBuilder()
            for (text, claim) in [("evil  content\n", "first content\n"), ("second content\n", "second content\n")] {
                try builder.add(Array(text.utf8), Digest.of(claim))
            }
            forgery.replacePack(0, try builder.finish().bytes, expanded: 29)
        }
        try await isRefused("holds") { forgery in
            forgery.entry.packs[0] = StoredPack(
                digest: forgery.entry.packs[0].digest, size: forgery.entry.packs[0].size, expanded: ByteCount(1))
        }
    }

    @Test func `a pack that is none, or lacks a content, is refused`() async throws {
        try await isRefused("damaged") {
            $0.replacePack(0, Array("no pack at all, but as long as one".utf8), expanded: 1)
        }
        try await isRefused("no pack of the registry's entry holds") { forgery in
            var builder = try PackBuilder()
            try builder.add(Array("first content\n".utf8), Digest.of("first content\n"))
            forgery.replacePack(0, try builder.finish().bytes, expanded: 14)
        }
    }

    @Test func `what is no entry counts as not there, and the next push puts one in its place`() async throws {
        try await TierYard.open { yard in
            let forgery = try await forgery(yard)
            let tag = try EntryArtifact.tag(CacheEntry.id(forgery.entry.key, version: "v1", in: forgery.entry.scope))
            let list = try EntryList.tag(forgery.entry.scope, version: "v1")
            let image = "application/vnd.oci.image.manifest.v1+json"
            let nonsense = [
                "nonsense", "{\"schemaVersion\":2,\"manifests\":[]}", String(decoding: Self.nothing, as: UTF8.self),
            ]
            try await RegistryDouble.serving { double in
                for text in nonsense {
                    double.put(Array(text.utf8), type: image, as: [tag.text, list.text], in: TierYard.path)
                    let found = try await yard.pull("key", ["k"], from: double.host)
                    #expect(found == nil, "\(text)")
                }
                let pushed = try await yard.tier(yard.here, double.host).push(forgery.entry)
                #expect(pushed.fate == .sent)
                let found = try await yard.pull("ke", ["k"], from: double.host)
                #expect(found?.entry.key.text == "key")
            }
        }
    }

    @Test func `a list that leads to what is gone, or promises another entry, leads to no wrong one`() async throws {
        try await TierYard.open { yard in
            let forgery = try await forgery(yard)
            try await RegistryDouble.serving { double in
                let tier = try yard.tier(yard.here, double.host)
                let pushed = try await tier.push(forgery.entry)
                let scope = forgery.entry.scope
                let manifest = try RegistryManifest(double.manifest("\(pushed.digest)", in: TierYard.path) ?? [])
                func promise(_ items: [(RegistryManifest, String, Int)]) throws {
                    var list = EntryList(nil)
                    for (manifest, key, created) in items {
                        let about = try #require(
                            EntryAnnotations([
                                "vnd.berth.cache.key": key, "vnd.berth.cache.created": "\(created)",
                            ]))
                        _ = list.add(EntryList.item(manifest, about))
                    }
                    let index = try list.index()
                    double.put(
                        index.bytes, type: index.type.rawValue, as: [try EntryList.tag(scope, version: "v1").text],
                        in: TierYard.path)
                }
                try promise([(manifest, "key", 1), (try RegistryManifest(Self.nothing), "key-2", 2)])
                #expect(try await yard.pull("key-3", ["key"], from: double.host)?.entry.key.text == "key")
                try yard.there.evict(forgery.entry)
                try promise([(manifest, "other-key", 5)])
                let error = await #expect(throws: BerthError.self) {
                    try await yard.pull("other-k", ["other"], from: double.host)
                }
                #expect(error?.what.contains("another key") == true, "\(String(describing: error))")
                // The next push of anything cleans the list up where the registry refuses it as it is.
                try yard.here.folder.write(["tree/a": "third\n"])
                #expect(try await tier.push(yard.here.save("tree", as: "key-4")).fate == .sent)
                #expect(try await yard.pull("key-5", ["key-"], from: double.host)?.entry.key.text == "key-4")
            }
        }
    }

    private static let nothing = Array(
        """
        {"schemaVersion":2,"config":{"mediaType":"a","digest":"\(Digest.of("gone"))","size":2},"layers":[]}
        """.utf8)
}
