import BerthArchive
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// The limits of what is kept unpacked: its own, the entries' end, and the disk's free space.
struct HotUpkeepTests {
    private let yard: CacheYard
    private var home: HotFolder { HotFolder(yard.store) }

    init() throws { yard = try CacheYard() }

    /// An entry of 100,000 bytes that is kept unpacked.
    private func warm(_ key: String, lastUse: String = "now") async throws -> CacheEntry {
        try yard.write(["\(key)/a": .file(Plant.bytes(key, 100_000), mode: 0o644)])
        let entry = try await yard.save(key, as: key)
        try await yard.cache.warm(entry)
        try await yard.shell("touch -d \(lastUse) store/hot/\(entry.manifest.hex).json")
        return entry
    }

    private func policy(_ change: (inout CachePolicy) -> Void) -> CachePolicy {
        var policy = CachePolicy()
        policy.free = ByteCount(0)
        change(&policy)
        return policy
    }

    private var warmed: Set<Digest> { Set(home.list().map(\.manifest)) }

    @Test func `above the policy's limit the least recently used goes`() async throws {
        let old = try await warm("one", lastUse: "2001-01-01")
        let new = try await warm("two")
        #expect(try HotUpkeep(yard.store, policy { $0.hot = ByteCount(200_000) }).run().isEmpty)
        let gone = try HotUpkeep(yard.store, policy { $0.hot = ByteCount(150_000) }).run()
        #expect(gone.map(\.manifest) == [old.manifest] && gone.bytes == ByteCount(100_000))
        #expect(warmed == [new.manifest])
        // What goes is what is kept twice: both entries are there.
        for entry in [old, new] { try await yard.restore(entry, to: "place") }
    }

    @Test func `the store's own policy bounds what a restore keeps unpacked`() async throws {
        let entry = try await warm("one")
        try home.drop(entry.manifest)
        try Files.makeDirectory(yard.store.root.appending("cache"))
        try Files.writeAtomically("hot: 50kB\n", to: yard.store.root.pushing("cache/policy.yaml"))
        let error = await #expect(throws: BerthError.self) { try await yard.cache.warm(entry) }
        #expect(error?.what.contains("more than hot entries may take") == true)
        try Files.writeAtomically("hot: 200kB\n", to: yard.store.root.pushing("cache/policy.yaml"))
        try await yard.cache.warm(entry)
        #expect(warmed == [entry.manifest])
    }

    @Test func `a disk with too little free space loses what is kept unpacked, and no entry`() async throws {
        let entry = try await warm("one")
        let free = try #require(Machine.freeSpace(at: yard.store.root))
        // Of the disk that this test lies on nobody knows how much is free in a moment: the goal is far above it.
        let greedy = policy { $0.free = ByteCount(free * 2) }
        #expect(HotUpkeep(yard.store, greedy).spare == ByteCount(100_000))
        #expect(try HotUpkeep(yard.store, greedy).run().map(\.manifest) == [entry.manifest])
        #expect(try EntryCatalog(yard.store).list().map(\.key) == [entry.key])
    }

    @Test func `what is kept unpacked of an entry that is gone goes with the next eviction`() async throws {
        let (one, two) = (try await warm("one"), try await warm("two"))
        let before = try CacheStatistics(yard.store).report()
        #expect(before.contents.hotEntries == 2 && before.contents.hot == 200_000)
        #expect(before.text.contains("2 of them kept unpacked besides"))
        let report = try Evictor(yard.store, policy { _ in }).run(keys: [one.key], isDryRun: false)
        #expect(report.entries.map(\.key) == ["one"] && report.unpacked == 100_000)
        #expect(warmed == [two.manifest])
        // Another key with the same tree needs the same copy.
        let same = try await yard.save("two", as: "same")
        #expect(same.manifest == two.manifest)
        _ = try Evictor(yard.store, policy { _ in }).run(keys: [two.key], isDryRun: false)
        #expect(warmed == [two.manifest])
    }
}
