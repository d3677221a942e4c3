import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// Many workers on one store: what a restore brings back is what was saved under that key, whatever else goes on.
struct ModelTests {
    /// Keys, and the trees saved under them: key n has tree n, always.
    private static let keys = 6

    /// A tree that shares half of its files with each other one.
    private static func tree(_ key: Int) -> Tree {
        var tree: Tree = ["empty": .folder, "link": .link("f0")]
        for number in 0..<12 {
            var random = SeededGenerator(state: UInt64(number % 2 == 0 ? number + 1 : (key + 1) * 100 + number))
            let bytes = (0..<(500 + number * 700)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            tree.nodes[number % 3 == 0 ? "f\(number)" : "d\(number % 3)/f\(number)"] = .file(bytes, mode: 0o644)
        }
        return tree
    }

    /// One worker's steps; returns how many restores found something.
    private static func work(_ worker: Int, _ yard: CacheYard, steps: Int) async throws -> Int {
        var random = SeededGenerator(state: UInt64(worker + 1) &* 7919)
        var found = 0
        for _ in 0..<steps {
            let key = Int(random.next() % UInt64(keys))
            switch random.next() % 8 {
            case 0...2:
                let path = SavedPath(label: "tree", path: yard.path("tree\(key)"))
                _ = try await yard.cache.save(
                    [path], as: CacheKey("key\(key)"), version: "v1", in: CacheYard.access())
            case 3...5: found += try await restore(key, worker, yard) ? 1 : 0
            case 6:
                let access = try CacheYard.access()
                try yard.store.entries.remove(
                    CacheEntry.id(CacheKey("key\(key)"), version: "v1", in: access.own))
            default:
                _ = try await offload {
                    var policy = CollectionPolicy()
                    (policy.grace, policy.reserve, policy.patience) = (0, ByteCount(0), 60)
                    return try yard.store.collect(policy)
                }
            }
        }
        return found
    }

    /// Whether an entry was there and came back; what came back is what was saved.
    private static func restore(_ key: Int, _ worker: Int, _ yard: CacheYard) async throws -> Bool {
        let catalog = EntryCatalog(yard.store)
        guard let match = try catalog.find(try CacheKey("key\(key)"), version: "v1", in: CacheYard.access()) else {
            return false
        }
        do { try await yard.restore(match.entry, to: "place\(worker)") } catch let error as BerthError {
            // Evicted and collected between the lookup and the restore: a miss, nothing worse.
            #expect(error.status == .damaged && error.what.contains("the store lacks"), "\(error)")
            return false
        }
        let place = try Tree(reading: yard.path("place\(worker)"))
        #expect(place == tree(key), "worker \(worker) got another tree than key \(key)'s")
        return true
    }

    @Test func `eight workers save, restore, evict and collect at once, and each restore is whole`() async throws {
        let yard = try CacheYard()
        for key in 0..<Self.keys { try yard.folder.write(Tree(prefix: "tree\(key)/", Self.tree(key))) }
        let found = try await inParallel(Array(0..<8), limit: 8) { try await Self.work($0, yard, steps: 60) }
        #expect(found.reduce(0, +) > 40, "\(found)")
        #expect(try await yard.store.check(readData: .all).problems == [])
        for key in 0..<Self.keys {
            try await yard.restore(try await yard.save("tree\(key)", as: "key\(key)"), to: "last")
            #expect(try Tree(reading: yard.path("last")) == Self.tree(key))
        }
        #expect(try Files.list(yard.folder.path).filter { $0.hasPrefix(".berth") } == [])
    }
}

extension Tree {
    fileprivate init(prefix: String, _ tree: Tree) {
        self = [:]
        nodes = Dictionary(uniqueKeysWithValues: tree.nodes.map { (prefix + $0.key, $0.value) })
    }
}
