internal import BerthSystem
internal import GRDB
internal import SystemPackage

/// Saves what can still be read of a damaged history.
struct HistorySalvage {
    private static let batch: Int64 = 500
    /// More rows than that nobody keeps: the log is trimmed long before.
    private static let most: Int64 = 5_000_000
    let history: HistoryDatabase

    /// Keeps the damaged file under another name and copies every readable row into a new one; says what it did.
    func run() throws -> [String] {
        let root = history.store.root
        let old = root.appending("history-damaged-\(Machine.now).sqlite")
        for suffix in ["", "-wal", "-shm"] where Files.exists(FilePath(history.path.string + suffix)) {
            try Files.rename(FilePath(history.path.string + suffix), to: FilePath(old.string + suffix))
        }
        let target = try history.open(history.path)
        // Another configuration makes no tables: what cannot be opened at all has nothing to give.
        guard let source = try? DatabaseQueue(path: old.string, configuration: DatabaseSettings.configuration) else {
            return [Self.text(old, builds: 0, others: 0)]
        }
        var saved: [String: Int] = [:]
        for table in HistoryTables.names {
            saved[table] = (try? copy(table, from: source, to: target)) ?? 0
        }
        let builds = saved["build"] ?? 0
        return [Self.text(old, builds: builds, others: saved.values.reduce(0, +) - builds)]
    }

    private static func text(_ old: FilePath, builds: Int, others: Int) -> String {
        "kept the damaged history as \(old.lastComponent?.string ?? "") and saved \(builds) of its builds"
            + (others > 0 ? " and \(others) rows about the cache" : "")
    }

    /// In batches of one transaction each; a batch with a damaged page is read row by row.
    private func copy(_ table: String, from source: DatabaseQueue, to target: DatabaseQueue) throws -> Int {
        let last = min(
            Self.most, (try? source.read { try Int64.fetchOne($0, sql: "SELECT max(rowid) FROM \(table)") }) ?? nil ?? 0
        )
        var count = 0
        for start in stride(from: Int64(0), through: max(last, 0), by: Int64.Stride(Self.batch)) {
            let range = start..<min(start + Self.batch, last + 1)
            let rows =
                (try? Self.rows(table, range, source))
                ?? range.flatMap { (try? Self.rows(table, $0..<$0 + 1, source)) ?? [] }
            guard !rows.isEmpty else { continue }
            count += try target.write { database in
                rows.count { (try? Self.insert($0, into: table, database)) != nil }
            }
        }
        return count
    }

    private static func rows(_ table: String, _ range: Range<Int64>, _ source: DatabaseQueue) throws -> [Row] {
        try source.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM \(table) WHERE rowid >= ? AND rowid < ?",
                arguments: [range.lowerBound, range.upperBound])
        }
    }

    private static func insert(_ row: Row, into table: String, _ database: Database) throws {
        let names = row.columnNames.map { "\"\($0)\"" }.joined(separator: ", ")
        let marks = row.columnNames.map { _ in "?" }.joined(separator: ", ")
        try database.execute(
            sql: "INSERT OR REPLACE INTO \(table) (\(names)) VALUES (\(marks))",
            arguments: StatementArguments(row.databaseValues))
    }
}
