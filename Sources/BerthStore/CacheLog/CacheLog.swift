internal import BerthSystem
internal import GRDB

/// Lookups, saves and evictions of the cache, in `history.sqlite`.
///
/// Adding a row waits for no disk. Who adds one must not fail because of it: an error here is worth a note.
package struct CacheLog: Sendable {
    /// Rows of lookups at most, whatever a policy says; older ones become sums by month.
    static let mostRows = 1_000_000
    /// Every so many rows the log looks whether there are too many.
    private static let step: Int64 = 5_000
    let database: HistoryDatabase

    init(store: Store) { database = HistoryDatabase(store: store) }

    /// Adds a lookup; the id serves to say later how its restore went.
    @discardableResult
    package func add(_ row: LookupRow) throws -> Int64 {
        try database.append { database in
            let id = try Self.insert(row, database)
            if id % Self.step == 0 { try Self.trim(rows: Self.mostRows, database) }
            return id
        }
    }

    /// Adds many in one transaction.
    package func add(_ rows: [LookupRow]) throws {
        try database.append { database in for row in rows { try Self.insert(row, database) } }
    }

    /// Notes how the restore behind a lookup ended.
    package func ended(_ id: Int64, seconds: Double) throws {
        try database.append {
            try $0.execute(sql: "UPDATE lookup SET seconds = ? WHERE id = ?", arguments: [seconds, id])
        }
    }

    /// Notes that what a lookup found was not whole: it counts as a miss.
    package func damaged(_ id: Int64) throws {
        try database.append {
            try $0.execute(
                sql: "UPDATE lookup SET outcome = ?, cost = NULL WHERE id = ?",
                arguments: [LookupOutcome.damaged.rawValue, id])
        }
    }

    /// Adds a saved entry.
    package func add(_ row: SaveRow) throws { try database.append { try Self.insert(row, $0) } }

    /// Adds many in one transaction.
    package func add(_ rows: [SaveRow]) throws {
        try database.append { database in for row in rows { try Self.insert(row, database) } }
    }

    @discardableResult
    private static func insert(_ row: LookupRow, _ database: Database) throws -> Int64 {
        try database.cachedStatement(
            sql: """
                INSERT INTO lookup (at, repository, reference, others, kind, profile, key, version, outcome, matched,
                    place, entry, seconds, cost) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                row.at, row.repository, row.reference, row.others.joined(separator: "\n"),
                ReferenceKind(row.reference).rawValue, row.profile, row.key, row.version, row.outcome.rawValue,
                row.matched, row.place, row.entry, row.seconds, row.cost,
            ])
        let id = database.lastInsertedRowID
        if let entry = row.entry, row.outcome != .damaged { try noteUse(of: entry, at: row.at, hits: 1, database) }
        return id
    }

    /// A hit, or with no hits the coming of an entry.
    private static func noteUse(of entry: String, at: Int64, hits: Int, _ database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO use (entry, last, count, isVisited, floor)
                    VALUES (?, ?, ?, ?, coalesce((SELECT CAST(value AS REAL) FROM state WHERE name = 'inflation'), 0))
                ON CONFLICT (entry) DO UPDATE SET last = max(last, excluded.last), count = count + excluded.count,
                    isVisited = max(isVisited, excluded.isVisited), floor = excluded.floor
                """
        ).execute(arguments: [entry, at, hits, hits > 0])
    }

    private static func insert(_ row: SaveRow, _ database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO save (at, repository, reference, profile, key, version, entry, bytes, added, packs, cost)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                row.at, row.repository, row.reference, row.profile, row.key, row.version, row.entry, row.bytes,
                row.added, row.packs.map(\.text).joined(separator: " "), row.cost,
            ])
        try noteUse(of: row.entry, at: row.at, hits: 0, database)
    }
}

/// What a reference is, for figures.
package enum ReferenceKind: String, Sendable, Codable, CaseIterable {
    case branch, pull, tag, other

    package init(_ reference: String) {
        self =
            reference.hasPrefix("refs/heads/")
            ? .branch : reference.hasPrefix("refs/pull/") ? .pull : reference.hasPrefix("refs/tags/") ? .tag : .other
    }
}

extension Store {
    /// What happened in the cache.
    package var cacheLog: CacheLog { CacheLog(store: self) }
}
