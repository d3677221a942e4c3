internal import GRDB

extension CacheLog {
    /// Drops rows from before a moment; lookups live on as sums by month, kind of scope, profile and outcome.
    package func trim(before: Int64) throws {
        guard database.exists else { return }
        try database.append { try Self.trim(before: before, $0) }
    }

    /// Keeps so many lookups at most.
    static func trim(rows: Int, _ database: Database) throws {
        let sql = "SELECT at FROM lookup ORDER BY at DESC, id DESC LIMIT 1 OFFSET \(rows)"
        guard let oldest = try Int64.fetchOne(database, sql: sql) else { return }
        try trim(before: oldest + 1, database)
    }

    private static func trim(before: Int64, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO tally (month, repository, kind, profile, outcome, count, timed, saved)
                    SELECT \(month) AS month, repository, kind, profile, outcome, count(*), \(timed), \(saved)
                    FROM lookup WHERE at < ? GROUP BY 1, 2, 3, 4, 5
                ON CONFLICT (month, repository, kind, profile, outcome) DO UPDATE SET
                    count = count + excluded.count, timed = timed + excluded.timed, saved = saved + excluded.saved
                """, arguments: [before])
        for table in ["lookup", "save", "eviction"] {
            try database.execute(sql: "DELETE FROM \(table) WHERE at < ?", arguments: [before])
        }
    }

    /// 202611 for November 2026, in UTC.
    static let month = "CAST(strftime('%Y%m', at, 'unixepoch') AS INTEGER)"
    /// Exact hits of an entry whose cost is known: the ones of which the saved time can be told.
    static let timed = "count(CASE WHEN outcome = 'exact' AND cost IS NOT NULL THEN 1 END)"
    /// What making would have taken, less what restoring took.
    static let saved =
        "coalesce(sum(CASE WHEN outcome = 'exact' AND cost IS NOT NULL THEN cost - coalesce(seconds, 0) END), 0.0)"
}
