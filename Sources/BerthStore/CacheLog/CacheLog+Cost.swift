internal import GRDB

extension CacheLog {
    /// Nobody installs dependencies for longer: an older miss has nothing to do with a save.
    private static let longest: Int64 = 6 * 3600

    /// Seconds that a content took to make: from the miss of its key in that scope to its save.
    ///
    /// After a prefix hit it is what the found entry once took, for the time since then made only the difference.
    /// Nil where no such lookup is known.
    package func measuredCost(
        repository: String, reference: String, key: String, version: String, now: Int64
    ) throws -> Double? {
        guard database.exists else { return nil }
        return try database.read { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT at, outcome, cost FROM lookup WHERE repository = ? AND key = ? AND reference = ?
                        AND version = ? AND at <= ? AND at > ? ORDER BY at DESC, id DESC LIMIT 1
                    """, arguments: [repository, key, reference, version, now, now - Self.longest])
            guard let row, let outcome = LookupOutcome(rawValue: row["outcome"]) else { return nil }
            switch outcome {
            case .miss, .damaged: return Double(now - (row["at"] as Int64))
            case .prefix: return row["cost"]
            case .exact: return nil
            }
        }
    }
}
