import BerthArchive
import BerthStore
import BerthSystem
import SystemPackage
import Testing

/// The log of lookups, saves and evictions: what it keeps, for how long, and what damage leaves of it.
struct CacheLogTests {
    private func row(
        _ at: Int64, _ outcome: LookupOutcome = .miss, key: String = "k", entry: String? = nil, cost: Double? = nil
    ) -> LookupRow {
        LookupRow(
            at: at, repository: "octo/hello", reference: "refs/heads/main", others: ["refs/heads/a", "refs/heads/b"],
            profile: "pip", key: key, version: "v", outcome: outcome, matched: entry.map { _ in key },
            place: entry.map { _ in "refs/heads/a" }, entry: entry, seconds: nil, cost: cost)
    }

    @Test func `a store that keeps its history open closes it with its last copy`() async throws {
        try await withStore { store in
            let journal = store.root.appending("history.sqlite-wal")
            var kept: Store? = store.keepingHistory()
            try kept?.cacheLog.add(row(1))
            #expect(Files.exists(journal))
            // Somebody else's rows are seen, and theirs by them.
            try store.cacheLog.add(row(2, .exact, entry: "e"))
            #expect(Files.exists(journal))
            #expect(try kept?.cacheLog.uses().count == 1)
            try kept?.cacheLog.add(row(3, .exact, entry: "f"))
            #expect(try store.cacheLog.uses().count == 2)
            kept = nil
            #expect(!Files.exists(journal))
            #expect(try store.cacheLog.uses().count == 2)
        }
    }

    @Test func `rows come back as they went in, lookups before the saves of the same second`() async throws {
        try await withStore { store in
            let log = store.cacheLog
            #expect(try log.events().isEmpty && log.uses().isEmpty && log.figures() == LogFigures())
            let lookup = row(5, .exact, entry: "ab", cost: 2.5)
            let save = SaveRow(
                at: 5, repository: "octo/hello", reference: "refs/heads/main", key: "k", version: "v", entry: "cd",
                bytes: 9, added: 4, packs: [PackPart(name: "p", size: 3), PackPart(name: "q", size: 1)], cost: nil)
            try log.add(save)
            let id = try log.add(lookup)
            #expect(try log.events() == [.lookup(lookup), .save(save)])
            try log.ended(id, seconds: 1.5)
            #expect(try log.lookups().first?.seconds == 1.5)
            try log.damaged(id)
            #expect(try log.lookups().first?.outcome == .damaged && log.lookups().first?.cost == nil)
            let uses = try log.uses()
            #expect(uses["ab"] == EntryUse(last: 5, count: 1, isVisited: true))
            #expect(uses["cd"] == EntryUse(last: 5, count: 0, isVisited: false))
        }
    }

    @Test func `a history of the version before gets the new tables and keeps its builds`() async throws {
        try await withStore { store in
            try store.history.add(
                BuildRecord(at: 1, image: "a", version: "1", digest: .of("x"), seconds: 1, bytes: .init(1)))
            let path = store.root.appending("history.sqlite").string
            var command = Command(
                try Programs.require("python3", remedy: "install Python"),
                [
                    "-c",
                    """
                    import sqlite3, sys
                    db = sqlite3.connect(sys.argv[1])
                    names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
                    for name in names:
                        if name != 'build': db.execute('DROP TABLE ' + name)
                    db.execute('PRAGMA user_version = ' + sys.argv[2])
                    db.commit()
                    """, path, "1",
                ])
            _ = try await command.output()
            try store.cacheLog.add(row(1))
            #expect(try store.history.builds().count == 1 && store.cacheLog.lookups().count == 1)
            command.arguments[3] = "4"
            _ = try await command.output()
            expectFailure(.storeMissing) { try store.cacheLog.add(row(2)) }
        }
    }

    @Test func `old lookups become sums by month, and figures stay the same`() async throws {
        try await withStore { store in
            let log = store.cacheLog
            for day in Int64(0)..<90 {
                try log.add(row(day * 86_400, day % 3 == 0 ? .exact : .miss, cost: day % 2 == 0 ? 4 : nil))
            }
            let before = try log.figures()
            try log.trim(before: 40 * 86_400)
            try log.trim(before: 50 * 86_400)
            let after = try log.figures()
            #expect((after.oldest ?? 0) == Int64(50 * 86_400))
            func sums(_ figures: LogFigures) -> [String: [Double]] {
                figures.sums.reduce(into: [:]) { sums, sum in
                    let old = sums["\(sum.month) \(sum.outcome)"] ?? [0, 0, 0]
                    sums["\(sum.month) \(sum.outcome)"] = [
                        old[0] + Double(sum.count), old[1] + Double(sum.timed), old[2] + sum.saved,
                    ]
                }
            }
            #expect(sums(before) == sums(after) && sums(after).count == 6)
            // What was asked since a moment has no part of the sums.
            #expect(try log.figures(since: 1).sums.reduce(0) { $0 + $1.count } == 40)
        }
    }

    @Test func `the cost is the time since the miss in that scope, or after a prefix hit the found entry's`()
        async throws
    {
        try await withStore { store in
            let log = store.cacheLog
            func cost(_ key: String, now: Int64) throws -> Double? {
                try log.measuredCost(
                    repository: "octo/hello", reference: "refs/heads/main", key: key, version: "v", now: now)
            }
            #expect(try cost("k", now: 100) == nil)
            try log.add(row(100))
            try log.add(row(130))
            #expect(try cost("k", now: 172) == 42 && cost("other", now: 172) == nil && cost("k", now: 90_000) == nil)
            try log.add(row(200, .prefix, entry: "x", cost: 300))
            #expect(try cost("k", now: 210) == 300)
            try log.add(row(220, .exact, entry: "x", cost: 300))
            #expect(try cost("k", now: 230) == nil)
        }
    }

    @Test func `of a damaged history the readable rows of every table are saved`() async throws {
        try await withStore { store in
            let log = store.cacheLog
            try log.add((0..<3000).map { row(Int64($0), key: "key-\($0)", entry: "e\($0 % 7)") })
            try log.close(repository: "octo/hello", reference: "refs/pull/1/merge", at: 7)
            for suffix in ["-wal", "-shm"] {
                #expect(
                    !Files.exists(store.root.appending("history.sqlite\(suffix)")), "the journal is tidied at closing")
            }
            let path = store.root.appending("history.sqlite")
            var bytes = try Files.read(path)
            for index in bytes.count / 2..<bytes.count / 2 + 4096 { bytes[index] = 0xAA }
            try Files.writeAtomically(bytes, to: path)
            #expect(try await store.check().problems.map(\.kind) == [.damagedDatabase])
            let repair = try await store.repair()
            #expect(repair.after.isClean && repair.actions.contains { $0.contains("rows about the cache") })
            let saved = try log.figures().sums.reduce(0) { $0 + $1.count }
            #expect(saved > 2000 && saved <= 3000, "\(saved)")
            #expect(try log.uses().count == 7 && log.closings().map(\.at) == [7])
        }
    }

    @Test func `several processes' worth of writers lose no row`() async throws {
        try await withStore { store in
            let rows = (0..<60).map { row(Int64($0), entry: "same") }
            _ = try await inParallel(rows, limit: 6) { row in try await offload { try store.cacheLog.add(row) } }
            #expect(try store.cacheLog.lookups(limit: 1000).count == 60)
            #expect(try store.cacheLog.uses()["same"]?.count == 60)
        }
    }
}
