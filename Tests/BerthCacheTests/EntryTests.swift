import BerthArchive
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// Entries as a whole: several trees, shared contents, damage that heals, places that are refused.
struct EntryTests {
    @Test(arguments: Way.allCases) func `several trees with second names across them come back together`(_ way: Way)
        async throws
    {
        let yard = try await CacheYard(way)
        try yard.folder.write(["a/x": "one\n", "b/z": "two\n", "single": "three\n"])
        try await yard.shell("ln a/x b/y")
        let entry = try await yard.save([("b", "b"), ("single", "single"), ("a", "a")], as: "k")
        try await yard.restore(entry, [("a", "out/a"), ("b", "out/b"), ("single", "out/s")])
        #expect(
            try Tree(reading: yard.path("out")) == ["a/x": "one\n", "b/y": "one\n", "b/z": "two\n", "s": "three\n"])
        #expect(try await yard.shell("stat -c %h out/a/x") == "2\n")
    }

    @Test(arguments: Way.allCases) func `a key that is found, missed, or has another version is explained`(_ way: Way)
        async throws
    {
        let yard = try await CacheYard(way)
        try yard.folder.write(["a/x": "one\n"])
        try await yard.save([("a", "a")], as: "k-1")
        func answer(_ key: String, _ version: String?) async throws -> CacheExplanation.Kind {
            try await yard.transport.explain(CacheKey(key), version: version).answer
        }
        #expect(try await answer("k-1", "v1") == .found)
        #expect(try await answer("k-1", nil) == .found)
        #expect(try await answer("k-1", "v2") == .otherToolchain)
        #expect(try await answer("other", "v1") == .none)
    }

    @Test(arguments: Way.allCases) func `what an entry shares with another is stored once`(_ way: Way) async throws {
        let yard = try await CacheYard(way)
        try yard.folder.write(["a/one": .file(Self.noise(3 << 20), mode: 0o644), "a/two": "small\n"])
        let first = try await yard.save([("a", "a")], as: "first")
        try yard.folder.write(["a/two": "other\n"])
        let second = try await yard.save([("a", "a")], as: "second")
        #expect(second.packs.count == 2 && second.packs.contains(first.packs[0]))
        #expect(second.added < ByteCount(4096) && first.added > ByteCount(3 << 20))
        try yard.store.entries.list().filter { try $0.blobs() == first.blobs }.forEach {
            try yard.store.entries.remove($0.id)
        }
        try Files.removeTree(yard.path("a"))
        try await yard.restore(second, [("a", "a")])
        #expect(
            try Tree(reading: yard.path("a")) == ["one": .file(Self.noise(3 << 20), mode: 0o644), "two": "other\n"])
    }

    @Test(arguments: Way.allCases)
    func `a damaged pack goes to the trash, and the next save under the same key stores it anew`(_ way: Way)
        async throws
    {
        let yard = try await CacheYard(way)
        try yard.folder.write(["a/one": .file(Self.noise(1 << 20), mode: 0o644)])
        let entry = try await yard.save([("a", "a")], as: "k")
        let pack = yard.store.path(of: entry.packs[0].digest)
        var bytes = try Files.read(pack)
        bytes[1000] ^= 1
        try Files.writeAtomically(bytes, to: pack)
        let error = await #expect(throws: BerthError.self) { try await yard.restore(entry, [("a", "again")]) }
        // A stream that was cut does not say why.
        #expect(error?.status == (way == .local ? .damaged : .temporary))
        #expect(!Files.exists(pack) && !Files.exists(yard.path("again")))
        // The same pack comes in again, and with it the entry is whole.
        let healed = try #require(
            try await yard.transport.save(
                [SavedPath(label: "a", path: yard.path("a"))], as: CacheKey("k"), version: "v1", cost: nil))
        // A service tends its store after each save, and may have dropped what could not be restored.
        #expect(healed.wasPresent || way == .service)
        let found = try #require(try await yard.transport.find(CacheKey("k"), restoreKeys: [], version: "v1"))
        let place = Destination(label: "a", path: yard.path("again"))
        _ = try await yard.transport.restore(found, to: [place], options: RestoreOptions())
        #expect(try Tree(reading: yard.path("again")) == Tree(reading: yard.path("a")))
    }

    @Test(arguments: Way.allCases)
    func `a damaged manifest goes to the trash, and the next save under the same key stores it anew`(_ way: Way)
        async throws
    {
        let yard = try await CacheYard(way)
        try yard.folder.write(["a/one": "one\n"])
        let entry = try await yard.save([("a", "a")], as: "k")
        let manifest = yard.store.path(of: entry.manifest)
        var bytes = try Files.read(manifest)
        bytes[bytes.count / 2] ^= 1
        try Files.writeAtomically(bytes, to: manifest)
        let error = await #expect(throws: BerthError.self) { try await yard.restore(entry, [("a", "again")]) }
        #expect(error?.status == .damaged, "\(String(describing: error))")
        #expect(!Files.exists(manifest) && !Files.exists(yard.path("again")))
        #expect(try Files.list(yard.store.root.appending("trash")).contains { $0.contains("damaged") })
        let healed = try await yard.save([("a", "a")], as: "k")
        try await yard.restore(healed, [("a", "again")])
        #expect(try Tree(reading: yard.path("again")) == Tree(reading: yard.path("a")))
    }

    @Test(arguments: Way.allCases) func `the store and nested places are refused before anything is touched`(_ way: Way)
        async throws
    {
        let yard = try await CacheYard(way)
        try yard.folder.write(["a/x": "one\n", "b/y": "two\n"])
        let entry = try await yard.save([("a", "a"), ("b", "b")], as: "k")
        for place in [yard.folder.path, yard.store.root, yard.store.root.appending("blobs")] {
            let error = await #expect(throws: BerthError.self) {
                try await yard.cache.save(
                    [SavedPath(label: "all", path: place)], as: CacheKey("s"), version: "v1", in: CacheYard.access())
            }
            #expect(error?.status == .usage && error?.what.contains("store") == true, "\(place)")
        }
        let nested = await #expect(throws: BerthError.self) {
            try await yard.restore(entry, [("a", "o"), ("b", "o/b")])
        }
        #expect(nested?.status == .usage && !Files.exists(yard.path("o")))
        #expect(try yard.store.entries.list().count == 1)
    }

    @Test(arguments: Way.allCases) func `what a killed restore left is put back or removed by the next`(_ way: Way)
        async throws
    {
        let yard = try await CacheYard(way)
        try yard.folder.write(["a/x": "one\n"])
        let entry = try await yard.save([("a", "a")], as: "k")
        let mark = Digest.of(Array("place".utf8)).short
        try yard.folder.write([
            ".berth-before.\(mark).999999999.1/old": "old\n", ".berth-restore.\(mark).999999999.2/half": "half\n",
            ".berth-before.\(mark).\(Machine.processIdentifier).3/other": "other\n",
        ])
        let pack = yard.store.path(of: entry.packs[0].digest)
        try Files.rename(pack, to: yard.path("aside"))
        await #expect(throws: BerthError.self) { try await yard.restore(entry, [("a", "place")]) }
        // Stages are made before a service is asked, and clear up as they are.
        #expect(
            Files.exists(yard.path("place")) == (way == .service),
            "a pack that is gone is noticed before any place is touched")
        try Files.rename(yard.path("aside"), to: pack)
        try Files.writeAtomically([1, 2, 3], to: pack)
        await #expect(throws: BerthError.self) { try await yard.restore(entry, [("a", "place")]) }
        #expect(try Tree(reading: yard.path("place")) == ["old": "old\n"])
        let names = try Files.list(yard.folder.path).filter { $0.hasPrefix(".berth") }
        #expect(names == [".berth-before.\(mark).\(Machine.processIdentifier).3"])
    }

    @Test(arguments: Way.allCases)
    func `a store of the format before is taken over, and check knows an entry's lost pack`(_ way: Way) async throws {
        let yard = try await CacheYard(way)
        try Files.writeAtomically("1\n", to: yard.store.root.appending("berth-format"))
        try Files.removeTree(yard.store.root.appending("entries"))
        _ = try Store.open(yard.store.root)
        #expect(try Files.readText(yard.store.root.appending("berth-format")) == "2\n")
        try yard.folder.write(["a/x": "one\n"])
        let entry = try await yard.save([("a", "a")], as: "k")
        #expect(try await yard.store.check(readData: .all).isClean)
        try Files.remove(yard.store.path(of: entry.packs[0].digest))
        #expect(try await yard.store.check().problems.contains { $0.subject == "\(entry.packs[0].digest)" })
        try Files.writeAtomically(
            "nonsense", to: yard.store.root.appending("entries").appending("\(Digest.of("x").hex).json"))
        #expect(throws: BerthError.self) { try yard.store.collect() }
        _ = try await yard.store.repair()
        _ = try yard.store.collect()
    }

    /// Bytes that do not compress, the same for every run.
    private static func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 88_172_645_463_325_252
        return (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state)
        }
    }
}
