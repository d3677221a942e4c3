internal import GRDB

/// What happened, in its order: the material of a simulation.
package enum LogEvent: Sendable, Equatable {
    case lookup(LookupRow)
    case save(SaveRow)
}

extension CacheLog {
    /// Lookups and saves by time, oldest first; the newest `limit` of each.
    package func events(limit: Int = CacheLog.mostEvents) throws -> [LogEvent] {
        guard database.exists else { return [] }
        return try database.read { database in
            let lookups = try Row.fetchAll(
                database, sql: "SELECT * FROM lookup ORDER BY at DESC, id DESC LIMIT ?", arguments: [limit]
            ).compactMap(Self.lookup).map { (at: $0.at, event: LogEvent.lookup($0)) }
            let saves = try Row.fetchAll(
                database, sql: "SELECT * FROM save ORDER BY at DESC, id DESC LIMIT ?", arguments: [limit]
            ).map(Self.save).map { (at: $0.at, event: LogEvent.save($0)) }
            // Stable by hand: of one second the lookup comes before the save that it led to.
            let all = (lookups.reversed() + saves.reversed()).enumerated().sorted {
                ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
            }
            return all.map(\.element.event)
        }
    }

    /// Rows that a simulation may load: bounds its memory.
    package static let mostEvents = 300_000

    private static func lookup(_ row: Row) -> LookupRow? {
        guard let outcome = LookupOutcome(rawValue: row["outcome"]) else { return nil }
        return LookupRow(
            at: row["at"], repository: row["repository"], reference: row["reference"],
            others: (row["others"] as String).split(separator: "\n").map(String.init), profile: row["profile"],
            key: row["key"], version: row["version"], outcome: outcome, matched: row["matched"], place: row["place"],
            entry: row["entry"], seconds: row["seconds"], cost: row["cost"])
    }

    private static func save(_ row: Row) -> SaveRow {
        SaveRow(
            at: row["at"], repository: row["repository"], reference: row["reference"], profile: row["profile"],
            key: row["key"], version: row["version"], entry: row["entry"], bytes: row["bytes"], added: row["added"],
            packs: (row["packs"] as String).split(separator: " ").compactMap { PackPart($0) }, cost: row["cost"])
    }

    /// The newest lookups, newest first.
    package func lookups(limit: Int = 100) throws -> [LookupRow] {
        guard database.exists else { return [] }
        return try database.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM lookup ORDER BY at DESC, id DESC LIMIT ?", arguments: [limit]
            ).compactMap(Self.lookup)
        }
    }
}
