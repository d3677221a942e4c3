import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthCache

/// Many workers on one store: what a restore brings back is what was saved under that key, whatever else goes on.
struct ModelTests {
    /// Keys, and the trees saved under them: key n has tree n, always.
    private static let keys = 6

    /// A tree that shares half of its files with each other one; 2 MB, so that dead packs are worth making anew.
    private static func tree(_ key: Int) -> Tree {
        var tree: Tree = ["empty": .folder, "link": .link("f0")]
        for number in 0..<12 {
            var random = SeededGenerator(state: UInt64(number % 2 == 0 ? number + 1 : (key + 1) * 100 + number))
            let words = (0..<(500 + number * 4000)).map { _ in random.next() }
            let bytes = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
            tree.nodes[number % 3 == 0 ? "f\(number)" : "d\(number % 3)/f\(number)"] = .file(bytes, mode: 0o644)
        }
        return tree
    }

    private static let trees = (0..<keys).map(tree)

    /// One of those that work at the same time, with a store of its own on the same folder, or through the service.
    private struct Worker {
        let number: Int
        let yard: CacheYard
        let store: Store
        let transport: any CacheTransport
        var random: SeededGenerator
        /// What happened, by what it was.
        var counts: [String: Int] = [:]

        init(_ number: Int, _ yard: CacheYard, _ service: RunningService) throws {
            (self.number, self.yard) = (number, yard)
            store = try Store.open(yard.path("store"))
            transport =
                number % 3 == 2
                ? try service.transport() : LocalTransport(LocalCache(store), try CacheYard.access())
            random = SeededGenerator(state: UInt64(number + 1) &* 7919)
        }

        private var isLocal: Bool { transport is LocalTransport }

        mutating func step() async throws {
            let key = Int(random.next() % UInt64(keys))
            switch random.next() % 12 {
            case 0...3: try await save(key)
            case 4...8: try await restore(key)
            case 9: try await evict(key)
            case 10: try await collect()
            default: try await warm(key)
            }
        }

        private mutating func save(_ key: Int) async throws {
            let path = SavedPath(label: "tree", path: yard.path("tree\(key)"))
            _ = try await transport.save([path], as: CacheKey("key\(key)"), version: "v1", cost: nil)
            counts["saved", default: 0] += 1
        }

        private mutating func options() -> RestoreOptions {
            guard isLocal else { return RestoreOptions() }
            let ways: [RestoreOptions] = [
                RestoreOptions(), RestoreOptions(strategy: .unpack, verify: true), RestoreOptions(into: .existing),
                RestoreOptions(strategy: .reflink), RestoreOptions(strategy: .snapshot),
                RestoreOptions(strategy: .overlay),
            ]
            return ways[Int(random.next() % UInt64(Machine.systemName == "Linux" ? ways.count : 3))]
        }

        /// What came back is what was saved; an entry that is gone, or goes meanwhile, is a miss and nothing worse.
        private mutating func restore(_ key: Int) async throws {
            let place = yard.path("place\(number)")
            let options = options()
            let outcome: RestoreOutcome
            do {
                guard let found = try await transport.find(CacheKey("key\(key)"), restoreKeys: [], version: "v1") else {
                    return counts["missed", default: 0] += 1
                }
                outcome = try await transport.restore(
                    found, to: [Destination(label: "tree", path: place)], options: options)
            } catch let error as BerthError {
                let mayBe: [BerthSystem.ExitStatus] = isLocal ? [.damaged] : [.damaged, .missed, .temporary]
                #expect(mayBe.contains(error.status), "\(error)")
                #expect(!isLocal || error.what.contains("the store lacks"), "\(error)")
                return counts["gone", default: 0] += 1
            }
            #expect(try Tree(reading: place) == trees[key], "worker \(number): not key \(key)'s tree; \(outcome)")
            counts["\(outcome.strategy)", default: 0] += 1
            if outcome.strategy == .overlay { try HotFolder(store).release(place) }
        }

        private mutating func evict(_ key: Int) async throws {
            let size = random.next() % 2 == 0 ? ByteCount(Int64(random.next() % 8_000_000)) : nil
            do {
                _ = try await offload { [store] in
                    var policy = CachePolicy()
                    policy.free = ByteCount(0)
                    return try Evictor(store, policy).run(
                        to: size, keys: size == nil ? [try CacheKey("key\(key)")] : [], isDryRun: false)
                }
                counts["evicted", default: 0] += 1
            } catch let error as BerthError where error.status == .locked { counts["locked", default: 0] += 1 }
        }

        private mutating func collect() async throws {
            do {
                let upkeep = try await offload { [store] in
                    var policy = CollectionPolicy()
                    (policy.grace, policy.reserve, policy.patience) = (0, ByteCount(0), 60)
                    _ = try store.collect(policy)
                    return try PackUpkeep(store).run()
                }
                counts["collected", default: 0] += 1
                counts["repacked", default: 0] += upkeep.packs
            } catch let error as BerthError where error.status == .locked { counts["locked", default: 0] += 1 }
        }

        private mutating func warm(_ key: Int) async throws {
            let found = try EntryCatalog(store).find(CacheKey("key\(key)"), version: "v1", in: CacheYard.access())
            guard isLocal, Machine.systemName == "Linux", let found else { return }
            do { try await LocalCache(store).warm(found.entry) } catch let error as BerthError {
                #expect(error.status == .damaged && error.what.contains("the store lacks"), "\(error)")
            }
            counts["warmed", default: 0] += 1
        }
    }

    /// Forty steps of each, or as many as fit into `BERTH_MODEL_SECONDS`, which `make soak` sets.
    private static func run(_ worker: Worker) async throws -> [String: Int] {
        var worker = worker
        let begin = ContinuousClock.now
        let limit = Machine.environment("BERTH_MODEL_SECONDS").flatMap { Int($0) }
        var steps = 0
        while limit.map({ begin.duration(to: .now) < .seconds($0) }) ?? (steps < 40) {
            try await worker.step()
            steps += 1
        }
        return worker.counts
    }

    @Test func `eight workers save, restore, evict and collect at once, and each restore is whole`() async throws {
        let yard =
            Machine.systemName == "Linux" ? try CacheYard(on: try await LoopFileSystem("btrfs")) : try CacheYard()
        for key in 0..<Self.keys { try yard.write(Tree(prefix: "tree\(key)/", Self.trees[key])) }
        try yard.write(["store/cache/policy.yaml": "free: 1kB\n"])
        let service = try await RunningService(yard.store)
        let workers = try (0..<8).map { try Worker($0, yard, service) }
        let counts = try await inParallel(workers, limit: 8) { try await Self.run($0) }
            .reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        // A run in which nothing came back, or nothing went, would show nothing.
        for what in ["saved", "unpack", "evicted", "collected"] { #expect(counts[what, default: 0] > 0, "\(counts)") }
        #expect(try await yard.store.check(readData: .all).problems == [])
        for key in 0..<Self.keys {
            try await yard.restore(try await yard.save("tree\(key)", as: "key\(key)"), to: "last")
            #expect(try Tree(reading: yard.path("last")) == Self.trees[key])
        }
        #expect(try Files.list(yard.root).filter { $0.hasPrefix(".berth") } == [])
        if Machine.environment("BERTH_MODEL_SECONDS") != nil { try Self.report(counts) }
    }

    /// What the long form did, for whoever reads its output.
    private static func report(_ counts: [String: Int]) throws {
        let words = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        try FileHandle.standardError.write(contentsOf: Data("eight workers: \(words)\n".utf8))
    }
}

extension Tree {
    fileprivate init(prefix: String, _ tree: Tree) {
        self = [:]
        nodes = Dictionary(uniqueKeysWithValues: tree.nodes.map { (prefix + $0.key, $0.value) })
    }
}
