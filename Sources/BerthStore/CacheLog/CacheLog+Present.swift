internal import GRDB

/// What is so now, beside what happened: uses of entries, closed scopes, where the algorithms stand.
extension CacheLog {
    /// A scope that was told closed: its branch was deleted, its pull request merged or given up.
    package struct Closing: Sendable, Codable, Equatable {
        package let repository: String
        package let reference: String
        /// Seconds since 1970; what was saved later belongs to a new branch of that name.
        package let at: Int64
    }

    /// What the algorithms remember from one eviction to the next.
    package struct Algorithm: Sendable, Equatable {
        /// SIEVE: the entry that the hand points to, by id.
        package var hand: String?
        /// GDSF: the priority of the last victim.
        package var inflation: Double

        package init(hand: String? = nil, inflation: Double = 0) { (self.hand, self.inflation) = (hand, inflation) }
    }

    /// Uses by entry.
    package func uses() throws -> [String: EntryUse] {
        guard database.exists else { return [:] }
        return try database.read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT * FROM use")
            let pairs = rows.map { row in
                let use = EntryUse(
                    last: row["last"], count: row["count"], isVisited: row["isVisited"], floor: row["floor"])
                return (row["entry"] as String, use)
            }
            return Dictionary(pairs) { first, _ in first }
        }
    }

    /// Notes that a scope is closed from a moment on.
    package func close(repository: String, reference: String, at: Int64) throws {
        try database.write {
            try $0.execute(
                sql: "INSERT OR REPLACE INTO closing (repository, reference, at) VALUES (?, ?, ?)",
                arguments: [repository, reference, at])
        }
    }

    /// Takes that back; false where it was not closed.
    package func reopen(repository: String, reference: String) throws -> Bool {
        try database.write { database in
            try database.execute(
                sql: "DELETE FROM closing WHERE repository = ? AND reference = ?", arguments: [repository, reference])
            return database.changesCount > 0
        }
    }

    /// All closed scopes, by name.
    package func closings() throws -> [Closing] {
        guard database.exists else { return [] }
        return try database.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM closing ORDER BY repository, reference").map {
                Closing(repository: $0["repository"], reference: $0["reference"], at: $0["at"])
            }
        }
    }

    /// Where the algorithms stand.
    package func algorithm() throws -> Algorithm {
        guard database.exists else { return Algorithm() }
        return try database.read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT name, value FROM state")
            let values = Dictionary(rows.map { ($0["name"] as String, $0["value"] as String) }) { first, _ in first }
            return Algorithm(hand: values["hand"], inflation: values["inflation"].flatMap(Double.init) ?? 0)
        }
    }

    /// Notes where the algorithms stand, and which entries the hand passed.
    package func set(_ algorithm: Algorithm, passed: [String]) throws {
        try database.append { database in
            for entry in passed {
                try database.execute(sql: "UPDATE use SET isVisited = 0 WHERE entry = ?", arguments: [entry])
            }
            try database.execute(sql: "DELETE FROM state WHERE name IN ('hand', 'inflation')")
            let values = [("hand", algorithm.hand), ("inflation", "\(algorithm.inflation)")]
            for case (let name, let value?) in values {
                try database.execute(sql: "INSERT INTO state (name, value) VALUES (?, ?)", arguments: [name, value])
            }
        }
    }

    /// Forgets uses of entries that are not there any more.
    package func forgetUses(except entries: Set<String>) throws {
        let gone = try uses().keys.filter { !entries.contains($0) }
        guard !gone.isEmpty else { return }
        try database.append { database in
            for entry in gone { try database.execute(sql: "DELETE FROM use WHERE entry = ?", arguments: [entry]) }
        }
    }
}
