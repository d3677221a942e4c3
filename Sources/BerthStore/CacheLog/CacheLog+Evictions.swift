internal import GRDB

/// An eviction whose end is not noted: its process was killed, or is just at it.
package struct OpenEviction: Sendable, Equatable {
    package let id: Int64
    /// The entry's id in hex.
    package let entry: String
}

extension CacheLog {
    /// Notes an eviction before the entry goes, durable on return; `finish` or `drop` says how it ended.
    package func begin(_ row: EvictionRow) throws -> Int64 {
        try database.write { database in
            try database.execute(
                sql: """
                    INSERT INTO eviction (at, repository, reference, profile, key, version, entry, created, files,
                        bytes, freed, cost, reason, detail, policy, isDone)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
                    """,
                arguments: [
                    row.at, row.repository, row.reference, row.profile, row.key, row.version, row.entry, row.created,
                    row.files, row.bytes, row.freed, row.cost, row.reason, row.detail, row.policy,
                ])
            return database.lastInsertedRowID
        }
    }

    /// The entry is gone.
    package func finish(_ id: Int64) throws {
        try database.append { database in
            try database.execute(
                sql: "DELETE FROM use WHERE entry = (SELECT entry FROM eviction WHERE id = ?)", arguments: [id])
            try database.execute(sql: "UPDATE eviction SET isDone = 1 WHERE id = ?", arguments: [id])
        }
    }

    /// The entry stayed.
    package func drop(_ id: Int64) throws {
        try database.append { try $0.execute(sql: "DELETE FROM eviction WHERE id = ?", arguments: [id]) }
    }

    /// Evictions without an end.
    package func openEvictions() throws -> [OpenEviction] {
        guard database.exists else { return [] }
        return try database.read { database in
            try Row.fetchAll(database, sql: "SELECT id, entry FROM eviction WHERE isDone = 0 ORDER BY id").map {
                OpenEviction(id: $0["id"], entry: $0["entry"])
            }
        }
    }

    /// Evictions of a repository's key that took place, newest first.
    package func evictions(repository: String, key: String, limit: Int = 50) throws -> [EvictionRow] {
        try evictions("repository = ? AND key = ?", [repository, key], limit)
    }

    /// All evictions that took place, newest first.
    package func evictions(limit: Int = 100) throws -> [EvictionRow] { try evictions("1", [], limit) }

    private func evictions(_ condition: String, _ arguments: [String], _ limit: Int) throws -> [EvictionRow] {
        guard database.exists else { return [] }
        return try database.read { database in
            try Row.fetchAll(
                database,
                sql:
                    "SELECT * FROM eviction WHERE isDone = 1 AND \(condition) ORDER BY at DESC, id DESC LIMIT \(limit)",
                arguments: StatementArguments(arguments)
            ).map(Self.eviction)
        }
    }

    private static func eviction(_ row: Row) -> EvictionRow {
        EvictionRow(
            at: row["at"], repository: row["repository"], reference: row["reference"], profile: row["profile"],
            key: row["key"], version: row["version"], entry: row["entry"], created: row["created"],
            files: row["files"], bytes: row["bytes"], freed: row["freed"], cost: row["cost"], reason: row["reason"],
            detail: row["detail"], policy: row["policy"])
    }
}
