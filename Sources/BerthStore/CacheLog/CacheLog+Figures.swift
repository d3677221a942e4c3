internal import GRDB

/// Lookups that have month, repository, kind of scope, profile and outcome in common.
package struct LookupSum: Sendable, Equatable {
    /// 202611 for November 2026, in UTC.
    package let month: Int
    package let repository: String
    package let kind: String
    package let profile: String
    package let outcome: LookupOutcome
    package let count: Int
    /// Exact hits of entries whose cost is known, and the seconds that they saved.
    package let timed: Int
    package let saved: Double
}

/// Evictions of one reason.
package struct EvictionSum: Sendable, Equatable {
    package let reason: String
    package let count: Int
    package let freed: Int64
}

/// What the log adds up to since a moment; 0 for all that is known, sums of dropped rows included.
package struct LogFigures: Sendable, Equatable {
    package var sums: [LookupSum] = []
    package var saves = 0
    package var savedBytes: Int64 = 0
    package var addedBytes: Int64 = 0
    package var evictions: [EvictionSum] = []
    /// Lookups that did not find their key, after an entry of that key which they could have read was evicted.
    package var regretted = 0
    /// The oldest lookup row, in seconds since 1970.
    package var oldest: Int64?

    package init() {}
}

extension CacheLog {
    /// Adds up what happened; of one repository where it is named.
    package func figures(since: Int64 = 0, repository: String? = nil) throws -> LogFigures {
        guard database.exists else { return LogFigures() }
        return try database.read { database in
            var figures = LogFigures()
            let arguments: StatementArguments = [since, repository, repository]
            figures.sums = try Self.sums(since, arguments, database)
            if let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT count(*) AS n, coalesce(sum(bytes), 0) AS bytes, coalesce(sum(added), 0) AS added FROM save
                        WHERE at >= ? AND (? IS NULL OR repository = ?)
                    """, arguments: arguments)
            {
                (figures.saves, figures.savedBytes, figures.addedBytes) = (row["n"], row["bytes"], row["added"])
            }
            figures.evictions = try Row.fetchAll(
                database,
                sql: """
                    SELECT reason, count(*) AS n, sum(freed) AS freed FROM eviction
                        WHERE isDone = 1 AND at >= ? AND (? IS NULL OR repository = ?) GROUP BY reason ORDER BY reason
                    """, arguments: arguments
            ).map { EvictionSum(reason: $0["reason"], count: $0["n"], freed: $0["freed"]) }
            figures.regretted = try Int.fetchOne(database, sql: Self.regret, arguments: arguments) ?? 0
            figures.oldest = try Int64.fetchOne(database, sql: "SELECT min(at) FROM lookup")
            return figures
        }
    }

    private static func sums(
        _ since: Int64, _ arguments: StatementArguments, _ database: Database
    ) throws -> [LookupSum] {
        let recent = """
            SELECT \(month) AS month, repository, kind, profile, outcome, count(*) AS n, \(timed) AS timed,
                \(saved) AS saved
            FROM lookup WHERE at >= ? AND (? IS NULL OR repository = ?) GROUP BY 1, 2, 3, 4, 5
            """
        let old = """
            SELECT month, repository, kind, profile, outcome, count AS n, timed, saved FROM tally
                WHERE ? = 0 AND (? IS NULL OR repository = ?)
            """
        return try Row.fetchAll(
            database, sql: "\(recent) UNION ALL \(old) ORDER BY 1, 2, 3, 4, 5", arguments: arguments + arguments
        ).compactMap { row in
            LookupOutcome(rawValue: row["outcome"]).map {
                LookupSum(
                    month: row["month"], repository: row["repository"], kind: row["kind"], profile: row["profile"],
                    outcome: $0, count: row["n"], timed: row["timed"], saved: row["saved"])
            }
        }
    }

    /// An eviction counts for a lookup when it was the entry's last before it: what was saved again and lost
    /// otherwise is another story.
    private static let regret = """
        SELECT count(*) FROM lookup AS l WHERE l.outcome IN ('miss', 'prefix') AND l.at >= ?
            AND (? IS NULL OR l.repository = ?)
            AND EXISTS (SELECT 1 FROM eviction AS e WHERE e.repository = l.repository AND e.key = l.key
                AND e.version = l.version AND e.at <= l.at AND e.isDone = 1
                AND (e.reference = l.reference
                    OR instr(char(10) || l.others || char(10), char(10) || e.reference || char(10)) > 0))
        """

    /// Counts by UTC day (seconds since 1970 of its begin) and outcome, oldest first, since a moment.
    package func days(since: Int64, repository: String? = nil) throws -> [LookupDay] {
        guard database.exists else { return [] }
        return try database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT at - at % 86400 AS day, outcome, count(*) AS n FROM lookup
                        WHERE at >= ? AND (? IS NULL OR repository = ?) GROUP BY 1, 2 ORDER BY 1, 2
                    """, arguments: [since, repository, repository]
            ).compactMap { row in
                LookupOutcome(rawValue: row["outcome"]).map {
                    LookupDay(day: row["day"], outcome: $0, count: row["n"])
                }
            }
        }
    }
}

/// Lookups of one day and outcome.
package struct LookupDay: Sendable, Equatable {
    package let day: Int64
    package let outcome: LookupOutcome
    package let count: Int
}
