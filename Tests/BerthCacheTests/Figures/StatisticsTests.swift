import BerthArchive
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import Testing

@testable import BerthCache

/// What the log adds up to, against sums made by hand and by a model.
///
/// Who wrote the log, a job here or the service for one, makes no difference to that: how it comes to be is tested over
/// both transports, what it adds up to on the log itself.
struct StatisticsTests {
    private let yard: CacheYard
    private var log: CacheLog { yard.store.cacheLog }
    private static let start: Int64 = 1_767_225_600  // 2026-01-01

    init() throws { yard = try CacheYard() }

    private func row(
        _ at: Int64, _ outcome: LookupOutcome, key: String = "k", reference: String = "refs/heads/main",
        profile: String = "pip", repository: String = "octo/hello", seconds: Double? = nil, cost: Double? = nil
    ) -> LookupRow {
        LookupRow(
            at: Self.start + at, repository: repository, reference: reference, profile: profile, key: key,
            version: "v1", outcome: outcome, seconds: seconds, cost: cost)
    }

    @Test func `counts by profile, repository, kind of scope, month and day; time saved by its formula`() throws {
        let rows = [
            row(0, .miss), row(60, .exact, seconds: 2, cost: 30), row(120, .exact, seconds: 1, cost: 0.5),
            row(180, .exact, seconds: 1), row(240, .prefix, seconds: 1, cost: 99),
            row(40 * 86_400, .exact, reference: "refs/pull/3/merge", profile: "pnpm", repository: "octo/big", cost: 10),
            row(40 * 86_400 + 5, .damaged, reference: "refs/tags/v1", profile: ""),
        ]
        for row in rows { try log.add(row) }
        let report = try CacheStatistics(yard.store).report(now: Self.start + 40 * 86_400 + 60)
        #expect(report.lookups.all == 7 && report.lookups.exact == 4 && report.lookups.damaged == 1)
        #expect(report.timeSaved.hits == 3 && report.timeSaved.unknown == 1)
        #expect(abs(report.timeSaved.seconds - (28 - 0.5 + 10)) < 1e-9)
        #expect(report.repositories.map { "\($0.name) \($0.lookups.all)" } == ["octo/big 1", "octo/hello 6"])
        #expect(report.profiles.map { "\($0.name) \($0.lookups.all)" } == ["(none named) 1", "pip 5", "pnpm 1"])
        #expect(report.scopes.map { "\($0.name) \($0.lookups.all)" } == ["branch 5", "pull 1", "tag 1"])
        #expect(report.months.map { "\($0.name) \($0.lookups.all)" } == ["2026-01 5", "2026-02 2"])
        #expect(report.days.map { "\($0.name) \($0.lookups.all)" } == ["2026-02-10 2"])
        let one = try CacheStatistics(yard.store).report(
            since: Self.start + 100, repository: "octo/hello", now: Self.start + 200)
        #expect(one.lookups.all == 4 && one.timeSaved.seconds == -0.5 && one.since == "2026-01-01T00:01:40Z")
    }

    @Test func `bytes logical and physical, saves, evictions and regret`() throws {
        let plant = Plant(store: yard.store)
        let first = try plant.entry("app-1111111", at: 10, packs: ["common", "1"])
        try plant.entry("app-2222222", at: 20, packs: ["common", "2"])
        let before = try CacheStatistics(yard.store).report()
        #expect(before.contents.entries == 2 && before.contents.logical == 1_200_000)
        #expect(before.contents.physical > 300_000 && before.contents.physical < 301_000)
        #expect(before.contents.packed - before.contents.physical == 100_000)
        #expect(before.saves.count == 2 && before.saves.bytes == 1_200_000 && before.saves.added == 400_000)
        #expect(abs((before.contents.ratio ?? 0) - 4) < 0.01)
        try plant.look("app-1111111", at: 5)
        let evictor = Evictor(yard.store, CachePolicy())
        _ = try evictor.run(keys: [first.key], isDryRun: false, now: 100)
        try plant.look("app-1111111", at: 150)
        try plant.look("app-1111111", "refs/pull/1/merge", others: ["refs/heads/main"], at: 160)
        try plant.look("app-1111111", "refs/heads/other", at: 170)
        try plant.look("app-1111111", at: 180, version: "v2")
        try plant.look("never", at: 190)
        let after = try CacheStatistics(yard.store).report()
        #expect(after.regretted == 2 && after.lookups.miss == 6)
        #expect(after.evictions.map(\.reason) == ["named"] && after.evictions[0].count == 1)
    }

    @Test func `a hundred thousand lookups are recorded in one go and add up as a model says`() throws {
        var numbers = SeededNumbers(seed: 11)
        var model: [String: Int] = [:]
        var saved = 0.0
        let rows = (0..<100_000).map { index in
            let outcome = LookupOutcome.allCases[Int(numbers.unit() * 4)]
            let repository = "octo/r\(Int(numbers.unit() * 20))"
            model["\(repository) \(outcome)", default: 0] += 1
            let cost = numbers.unit() < 0.5 ? 10 * numbers.unit() : nil
            if outcome == .exact, let cost { saved += cost - 1 }
            return row(
                Int64(index * 300), outcome, key: "k\(index % 5000)", repository: repository, seconds: 1, cost: cost)
        }
        try log.add(rows)
        let report = try CacheStatistics(yard.store).report()
        #expect(report.lookups.all == 100_000 && abs(report.timeSaved.seconds - saved) < 1e-3)
        for group in report.repositories {
            #expect(
                group.lookups.exact == model["\(group.name) exact"] && group.lookups.miss == model["\(group.name) miss"]
            )
            #expect(
                group.lookups.prefix == model["\(group.name) prefix"]
                    && group.lookups.damaged == model["\(group.name) damaged"])
        }
    }

    @Test(arguments: Way.allCases)
    func `what a job asks for, saves and restores is in the log, with what it cost and how it ended`(_ way: Way)
        async throws
    {
        let yard = try await CacheYard(way)
        let log = yard.store.cacheLog
        try yard.folder.write(["tree/x": "one\n"])
        #expect(try await yard.transport.find(CacheKey("key"), restoreKeys: [], version: "v1") == nil)
        let entry = try await yard.save("tree")
        // Measured from the miss; how long that was is the machine's business.
        #expect(entry.cost.map { $0 >= 0 } == true)
        func lookup() async throws -> LookupRow {
            let found = try await yard.transport.find(CacheKey("k"), restoreKeys: [CacheKey("ke")], version: "v1")
            _ = try? await yard.transport.restore(
                try #require(found), to: [Destination(label: "tree", path: yard.path("again"))],
                options: RestoreOptions())
            // A service notes the end of a stream once its last byte is on its way.
            for _ in 0..<500 {
                if let row = try log.lookups(limit: 1).first, row.seconds != nil || row.outcome == .damaged {
                    return row
                }
                try await Task.sleep(for: .milliseconds(20))
            }
            return try #require(try log.lookups(limit: 1).first)
        }
        let hit = try await lookup()
        #expect(hit.outcome == .prefix && hit.matched == "key" && hit.cost == entry.cost && (hit.seconds ?? -1) > 0)
        try Files.remove(yard.store.path(of: entry.packs[0].digest))
        #expect(try await lookup().outcome == .damaged)
        let report = try CacheStatistics(yard.store).report()
        #expect(report.lookups.all == 3 && report.lookups.miss == 1 && report.lookups.prefix == 1)
        #expect(report.lookups.damaged == 1 && report.saves.count == 1)
        #expect(yard.transport.notes.isEmpty)
    }

    /// Here alone: the moments are given, and a service goes by its own clock.
    @Test func `the cost is measured from the miss of a key to its save in the same scope`() async throws {
        try yard.folder.write(["tree/x": "one\n"])
        let access = try CacheYard.access()
        let now = Machine.now
        _ = yard.cache.recorder.looked(for: try CacheKey("key"), version: "v1", in: access, found: nil, now: now - 42)
        let other = try CacheYard.access("refs/heads/other")
        _ = yard.cache.recorder.looked(for: try CacheKey("key"), version: "v1", in: other, found: nil, now: now - 7)
        let outcome = try await yard.cache.save(
            [SavedPath(label: "tree", path: yard.path("tree"))], as: CacheKey("key"), version: "v1", in: access,
            now: now)
        guard case .saved(let entry) = outcome else { throw BerthError(.failed, "not saved") }
        #expect(entry.cost == 42)
        // A restore is timed, and damage turns the hit into a miss.
        let match = EntryCatalog.Match(entry: entry, isExact: true)
        let ticket = yard.cache.recorder.looked(for: entry.key, version: "v1", in: access, found: match)
        _ = try await yard.cache.recorder.restoring(ticket) { try await yard.restore(entry, to: "again") }
        let row = try #require(try log.lookups(limit: 1).first)
        #expect(row.outcome == .exact && row.cost == 42 && (row.seconds ?? -1) > 0)
        try Files.remove(yard.store.path(of: entry.packs[0].digest))
        let second = yard.cache.recorder.looked(for: entry.key, version: "v1", in: access, found: match)
        await #expect(throws: BerthError.self) {
            try await yard.cache.recorder.restoring(second) { try await yard.restore(entry, to: "third") }
        }
        #expect(try log.lookups(limit: 1).first?.outcome == .damaged)
        #expect(yard.cache.recorder.notes.isEmpty)
    }
}
