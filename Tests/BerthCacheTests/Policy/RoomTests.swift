import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// A full disk: what goes so that a save gets its place, whether its trees are here or arrive as a stream.
struct RoomTests {
    /// A file system of 24 MB in memory; it goes with the last reference.
    ///
    /// Mounting needs root.
    private final class TinyDisk: Sendable {
        let folder: TemporaryFolder
        let path: FilePath

        init() async throws {
            folder = try TemporaryFolder("tiny")
            path = folder.path.appending("mount")
            let line = "mkdir '\(path)' && mount -t tmpfs -o size=24m none '\(path)'"
            _ = try await Command("/bin/sh", ["-euc", line]).output(remedy: "run as root")
        }

        deinit { try? Files.unmount(path) }
    }

    private let yard: CacheYard
    /// Where trees lie, on another disk.
    private let trees: FilePath

    init() async throws {
        let disk = try await TinyDisk()
        yard = try CacheYard(at: disk.path.appending("yard"), keeping: disk)
        trees = yard.folder.path
        try Files.makeDirectory(yard.store.root.appending("cache"))
        // What the policy would free by itself is nothing.
        try Files.writeAtomically("free: 1kB\n", to: yard.store.root.pushing("cache/policy.yaml"))
        for (number, name) in ["old", "new"].enumerated() {
            try yard.folder.write([
                "\(name)/a": .file(Plant.bytes("\(number)", 3 << 20), mode: 0o644),
                "\(name)/b": .file(Plant.bytes("\(number + 10)", 4 << 20), mode: 0o644),
            ])
        }
    }

    private func saved(_ name: String) -> SavedPath { SavedPath(label: "tree", path: trees.appending(name)) }

    @discardableResult
    private func save(_ name: String, _ way: Way) async throws -> CacheEntry {
        let (key, access) = (try CacheKey(name), try CacheYard.access())
        if way == .local {
            let outcome = try await yard.cache.save([saved(name)], as: key, version: "v1", in: access)
            guard case .saved(let entry) = outcome else { throw BerthError(.failed, "it was there") }
            return entry
        }
        let places = [try StreamPlace(label: "tree", place: "/0")]
        let outgoing = try OutgoingTrees(try await TreeWalk([saved(name)]), places)
        let terms = EntryTerms(key: key, version: "v1", access: access, cost: nil)
        let incoming = try IncomingEntry(terms, into: yard.cache, places: places)
        while let bytes = try outgoing.next() { try incoming.feed(bytes) }
        guard case .saved(let entry) = try incoming.finish() else { throw BerthError(.failed, "it was there") }
        return entry
    }

    /// Leaves so many bytes free.
    private func fill(leaving bytes: Int64) throws {
        let filler = yard.root.appending("filler")
        _ = try Files.remove(filler)
        let free = try Files.freeSpace(yard.root)
        try Files.writeAtomically([UInt8](repeating: 1, count: Int(max(0, free - bytes))), to: filler)
    }

    private var keys: [String] { get throws { try EntryCatalog(yard.store).list().map(\.key.text) } }

    @Test(.linuxOnly("a tiny disk"), arguments: Way.allCases)
    func `what is kept unpacked goes first, then what nothing needs, then entries`(_ way: Way) async throws {
        let old = try await save("old", .local)
        try await yard.cache.warm(old)
        try fill(leaving: 1 << 20)
        // The unpacked copy alone gives 7 MB back.
        #expect(try await save("new", way).files == 2)
        #expect(HotFolder(yard.store).list().isEmpty)
        #expect(try Set(keys) == ["old", "new"])
        #expect(try await yard.store.check(readData: .all).problems == [])
        let match = try EntryCatalog(yard.store).find(CacheKey("new"), version: "v1", in: CacheYard.access())
        let place = [Destination(label: "tree", path: trees.appending("place"))]
        _ = try await yard.cache.restore(try #require(match?.entry), to: place)
        #expect(try Tree(reading: trees.appending("place")) == Tree(reading: trees.appending("new")))
    }

    @Test(.linuxOnly("a tiny disk"), arguments: Way.allCases)
    func `an older entry goes with its reason, and a pinned one never`(_ way: Way) async throws {
        try await save("old", .local)
        try fill(leaving: 1 << 20)
        _ = try yard.store.entryPins.add(KeyPin(repository: nil, pattern: "old"))
        let error = await #expect(throws: BerthError.self) { try await save("new", way) }
        #expect(error?.status == .noSpace, "\(String(describing: error))")
        #expect(try keys == ["old"] && yard.store.cacheLog.evictions().isEmpty)
        _ = try yard.store.entryPins.remove(KeyPin(repository: nil, pattern: "old"))
        try fill(leaving: 1 << 20)
        try await save("new", way)
        #expect(try keys == ["new"])
        #expect(try yard.store.cacheLog.evictions().map { "\($0.key) \($0.reason)" } == ["old unused"])
        #expect(try await yard.store.check(readData: .all).problems == [])
    }

    @Test(.linuxOnly("a tiny disk")) func `a lease that a full disk cut short holds what is added to it later`() throws
    {
        let session = try yard.store.beginIngest(purpose: "test")
        try fill(leaving: 0)
        var held: [Digest] = []
        // The lease's next page is one too many.
        let error = #expect(throws: BerthError.self) {
            for number in 0..<500 {
                _ = try session.keep(.of("\(number)"), size: nil)
                held.append(.of("\(number)"))
            }
        }
        #expect(error?.status == .noSpace && !held.isEmpty, "\(String(describing: error))")
        _ = try Files.remove(yard.root.appending("filler"))
        #expect(try !session.keep(.of("later"), size: nil))
        let leased = Set(try yard.store.leases.list().flatMap(\.blobs))
        #expect(leased.isSuperset(of: held + [.of("later")]))
        session.release()
    }

    @Test(.linuxOnly("a tiny disk")) func `for a copy no entry goes, and what was half made does not stay`()
        async throws
    {
        let old = try await save("old", .local)
        try fill(leaving: 1 << 20)
        let error = await #expect(throws: BerthError.self) { try await yard.cache.warm(old) }
        #expect(error?.status == .noSpace && (try? keys) == ["old"])
        let left = try Files.list(yard.store.root.appending("hot")).filter { !["places", "trees"].contains($0) }
        #expect(left.isEmpty, "\(left)")
        // A restore to another disk does without.
        let place = [Destination(label: "tree", path: trees.appending("place"))]
        #expect(try await yard.cache.restore(old, to: place).strategy == .unpack)
    }
}
