import BerthArchive
import BerthReport
import BerthStore
import BerthSystem
import SystemPackage
import Testing

@testable import BerthCache

/// Eviction in a store: what goes is noted before, what is held stays, and a kill leaves nothing half done.
struct EvictorTests {
    private let yard: CacheYard
    private let plant: Plant
    private var store: Store { yard.store }

    init() throws {
        yard = try CacheYard()
        plant = Plant(store: yard.store)
    }

    private func evictor(_ size: Int64, _ change: (inout CachePolicy) -> Void = { _ in }) -> Evictor {
        var policy = CachePolicy()
        (policy.size, policy.high, policy.low, policy.free) = (ByteCount(size), 100, 62, ByteCount(0))
        change(&policy)
        return Evictor(store, policy)
    }

    @Test func `above the high watermark entries go, each with a reason, and a collection frees the packs`() throws {
        for number in 1...5 { try plant.entry("k\(number)", at: Int64(number), packs: ["common", "p\(number)"]) }
        let dry = try evictor(500_000).run(isDryRun: true)
        #expect(dry.entries.map(\.key) == ["k1", "k2", "k3"] && dry.before > 600_000)
        #expect(try plant.keys.count == 5 && store.cacheLog.evictions().isEmpty)
        let done = try evictor(500_000).run(isDryRun: false)
        #expect(done.entries.map(\.key) == dry.entries.map(\.key) && done.after == dry.after)
        #expect(try plant.keys == ["k4", "k5"])
        let rows = try store.cacheLog.evictions()
        #expect(rows.map(\.key) == ["k3", "k2", "k1"] && rows.allSatisfy { $0.reason == "unused" })
        #expect(rows.allSatisfy { $0.freed > 100_000 && $0.policy == "sieve" && !$0.detail.isEmpty })
        // Young packs wait for the collection's grace period; what is left needs none of them.
        #expect(done.collected == 0 && done.text.contains("with a collection after the grace period"))
        var now = CollectionPolicy()
        now.grace = 0
        #expect(try store.collect(now).removed.count == 6)
        #expect(try evictor(500_000).run(isDryRun: false).entries.isEmpty)
    }

    @Test func `pinned entries and those that a process uses stay`() throws {
        let entries = try (1...4).map { try plant.entry("k\($0)", at: Int64($0), packs: ["p\($0)"]) }
        #expect(try store.entryPins.add(KeyPin(repository: "octo/hello", pattern: "k1")))
        #expect(try !store.entryPins.add(KeyPin(repository: "octo/hello", pattern: "k1")))
        let session = try store.beginIngest(purpose: "a restore")
        defer { session.release() }
        #expect(try session.keep(entries[1].manifest, size: nil))
        let lease = try store.leases.grant([entries[2].manifest], seconds: 600, purpose: "packs that were made anew")
        let report = try evictor(1000).run(isDryRun: false)
        #expect(report.entries.map(\.key) == ["k4"])
        #expect(report.notes.contains("the limit can't be kept: all that is left is pinned or in use"))
        let named = try evictor(1000).run(keys: [CacheKey("k1"), CacheKey("none")], isDryRun: false)
        #expect(named.entries.isEmpty && named.notes.contains("k1 stays: it is pinned"))
        #expect(named.notes.contains("no entry has the key none"))
        try store.leases.end(lease)
        session.release()
        #expect(try store.entryPins.remove(KeyPin(repository: "octo/hello", pattern: "k1")))
        #expect(try evictor(1000) { $0.pins = ["k*"] }.run(isDryRun: true).entries.isEmpty)
        #expect(try evictor(1000).run(isDryRun: false).entries.count == 3)
    }

    @Test func `named entries go in every scope, whatever the limits say`() throws {
        try plant.entry("a", at: 1, packs: ["1"])
        try plant.entry("a", "refs/pull/1/merge", at: 2, packs: ["2"])
        try plant.entry("b", at: 3, packs: ["3"])
        let report = try evictor(1 << 40).run(keys: [CacheKey("a")], isDryRun: false)
        #expect(report.entries.count == 2 && report.entries.allSatisfy { $0.reason == "named" })
        #expect(try plant.keys == ["b"])
    }

    @Test func `entries of a closed scope go before all others, unless the scope came again`() throws {
        try plant.entry("old", at: 10, packs: ["1"])
        try plant.entry("pr", "refs/pull/7/merge", at: 20, packs: ["2"])
        try plant.entry("again", "refs/pull/7/merge", at: 90, packs: ["3"])
        try store.cacheLog.close(repository: "octo/hello", reference: "refs/pull/7/merge", at: 50)
        let report = try evictor(1 << 40).run(to: ByteCount(250_000), isDryRun: false)
        #expect(report.entries.map(\.key) == ["pr"] && report.entries[0].reason == "closed")
        #expect(try store.cacheLog.reopen(repository: "octo/hello", reference: "refs/pull/7/merge"))
        #expect(try !store.cacheLog.reopen(repository: "octo/hello", reference: "refs/pull/7/merge"))
    }

    @Test func `a flood from pull requests pushes out pull requests' entries, and none of a branch`() throws {
        for number in 1...4 { try plant.entry("main\(number)", at: Int64(number), packs: ["m\(number)"]) }
        for number in 1...9 {
            let reference = "refs/pull/\(number)/merge"
            try plant.entry("pr-\(number)x", reference, at: Int64(100 + number), packs: ["p\(number)"])
        }
        let report = try evictor(1_000_000) { ($0.high, $0.low) = (95, 80) }.run(isDryRun: false)
        // Of 1 MB the half is for pull requests, down to 80 % of it; with that all together are below the limit.
        #expect(report.entries.map(\.key) == (1...6).map { "pr-\($0)x" }, "\(report.entries.map(\.key))")
        #expect(try plant.keys.filter { $0.hasPrefix("main") }.count == 4)
        #expect(try evictor(1_000_000) { ($0.high, $0.pulls) = (95, 100) }.run(isDryRun: true).entries.isEmpty)
    }

    @Test func `killed between the note and the removal, or after it, the next one finds the truth`() throws {
        let entries = try (1...2).map { try plant.entry("k\($0)", at: Int64($0), packs: ["p\($0)"]) }
        func note(_ entry: CacheEntry) throws -> Int64 {
            try store.cacheLog.begin(
                EvictionRow(
                    at: 100, repository: "octo/hello", reference: "refs/heads/main", key: entry.key.text,
                    version: "v1", entry: CacheEntry.id(entry.key, version: "v1", in: entry.scope).hex,
                    created: entry.created, files: 1, bytes: 1, freed: 1, cost: nil, reason: "unused", detail: "x",
                    policy: "sieve"))
        }
        _ = try (note(entries[0]), note(entries[1]))
        try store.entries.remove(CacheEntry.id(entries[1].key, version: "v1", in: entries[1].scope))
        #expect(try store.cacheLog.evictions().isEmpty)
        Evictor(store, CachePolicy()).settle()
        #expect(try store.cacheLog.evictions().map(\.key) == ["k2"])
        #expect(try store.cacheLog.openEvictions().isEmpty && plant.keys == ["k1"])
    }

    @Test func `what can't be restored goes whatever the limits say, and collections work again`() throws {
        let lost = try plant.entry("lost", at: 1, packs: ["p"])
        try plant.entry("whole", at: 2, packs: ["q"])
        try Files.remove(store.path(of: lost.packs[0].digest))
        try Files.writeAtomically(
            "nonsense", to: store.root.appending("entries").appending("\(Digest.of("x").hex).json"))
        #expect(throws: BerthError.self) { try store.collect() }
        let report = try evictor(1 << 40).run(isDryRun: false)
        #expect(report.entries.map(\.reason) == ["orphaned", "orphaned"])
        #expect(try plant.keys == ["whole"])
        _ = try store.collect()
    }

    @Test func `a clock that jumps makes nothing old at once`() throws {
        let start: Int64 = 1_700_000_000
        for number in 1...3 { try plant.entry("k\(number)", at: start + Int64(number), packs: ["p\(number)"]) }
        _ = try store.collect(CollectionPolicy(), now: start + 10)
        let year = start + 365 * 86_400
        let limited = evictor(1 << 40) { $0.days = 7 }
        #expect(try limited.run(isDryRun: false, now: year).entries.isEmpty)
        // The collection believes the clock only when it shows the same a second time.
        _ = try store.collect(CollectionPolicy(), now: year)
        let report = try limited.run(isDryRun: false, now: year + 60)
        #expect(report.entries.count == 3 && report.entries.allSatisfy { $0.reason == "expired" })
    }

    @Test func `a history that is no database keeps no entry from going, and repair saves what it can`() async throws {
        for number in 1...3 { try plant.entry("k\(number)", at: Int64(number), packs: ["p\(number)"]) }
        for suffix in ["", "-wal", "-shm"] { try Files.remove(store.root.appending("history.sqlite\(suffix)")) }
        try Files.writeAtomically(Plant.bytes("damage", 20_000), to: store.root.appending("history.sqlite"))
        let recorder = CacheRecorder(store)
        let ticket = recorder.looked(
            for: try CacheKey("k1"), version: "v1", in: try CacheYard.access(), found: nil, now: 5)
        #expect(ticket == nil && recorder.notes.count == 1)
        let report = try evictor(1 << 40).run(to: ByteCount(250_000), isDryRun: false)
        #expect(report.entries.map(\.key) == ["k1"] && report.notes.contains { $0.contains("history") })
        #expect(
            try CacheStatistics(store).report().notes == [
                "the history is damaged, so nothing is counted: run `berth store repair`"
            ])
        _ = try await store.repair()
        try plant.look("k2", at: 9)
        #expect(try store.cacheLog.figures().sums.map(\.count) == [1])
    }

    @Test func `after a save the policy of the store is followed, and a fault in it costs no save`() throws {
        for number in 1...4 { try plant.entry("k\(number)", at: Int64(number), packs: ["p\(number)"]) }
        try Files.makeDirectory(store.root.appending("cache"))
        try Files.writeAtomically("size: 1GB\nfree: 1B\n", to: store.root.pushing("cache/policy.yaml"))
        #expect(Evictor.tend(store).report == nil)
        try Files.writeAtomically("size: 260kB\nfree: 1B\n", to: store.root.pushing("cache/policy.yaml"))
        #expect(Evictor.tend(store).report?.entries.map(\.key) == ["k1", "k2"])
        try Files.writeAtomically("size: everything\n", to: store.root.pushing("cache/policy.yaml"))
        #expect(Evictor.tend(store).notes.first?.contains("policy") == true)
    }

    @Test func `SIEVE over the log takes what the simulated SIEVE takes`() throws {
        var simulated = SIEVEOrder(count: 12, capacity: 0)
        var numbers = SeededNumbers(seed: 7)
        var present: [Int: CacheEntry] = [:]
        for step in 0..<40 {
            let object = Int.random(in: 0..<12, using: &numbers)
            if let entry = present[object] {
                try plant.look("k\(object)", found: entry, at: Int64(1000 + step))
                simulated.hit(object)
                continue
            }
            if present.count == 4 {
                let next = simulated.evict()
                let victim = try #require(next)
                let report = try evictor(1 << 40) { $0.deadFirst = false }.run(
                    to: ByteCount(320_000), isDryRun: false)
                #expect(report.entries.map(\.key) == ["k\(victim)"], "step \(step)")
                present[victim] = nil
            }
            simulated.insert(object, size: 1, cost: 1)
            present[object] = try plant.entry("k\(object)", at: Int64(1000 + step), packs: ["p\(object)"])
        }
    }
}
