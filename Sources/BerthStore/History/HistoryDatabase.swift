internal import BerthSystem
internal import GRDB
internal import SystemPackage

/// `history.sqlite`: what happened, which cannot be made again; nothing drops it, and repair saves what is readable.
///
/// Opened for each use, as the index is, unless the store keeps it open.
struct HistoryDatabase {
    /// 2 since it holds the cache's lookups, saves and evictions, 3 since it holds runs of jobs.
    static let version = 3
    static let name = "history.sqlite"
    let store: Store

    var path: FilePath { store.root.appending(Self.name) }

    /// Whether anything was ever written.
    var exists: Bool { Files.exists(path) }

    /// Reads; errors of SQLite become ours.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try translating { try queue(isQuick: store.kept != nil).read(body) }
    }

    /// Writes in one transaction, durable on return.
    func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try translating { try queue(isQuick: false).write(body) }
    }

    /// Writes what a power cut may take back but never tear: one line of a log is not worth waiting for the disk.
    func append<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try translating { try queue(isQuick: true).write(body) }
    }

    private func queue(isQuick: Bool) throws -> DatabaseQueue {
        let settings = isQuick ? DatabaseSettings.quick : DatabaseSettings.configuration
        guard let kept = store.kept else { return try open(path, settings) }
        return try kept.queue(isQuick: isQuick) { try open(path, settings) }
    }

    /// Opens a file of this shape, making its tables where it is older.
    func open(
        _ path: FilePath, _ configuration: Configuration = DatabaseSettings.configuration
    ) throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: path.string, configuration: configuration)
        if try queue.read(Self.version(of:)) == Self.version { return queue }
        try queue.write { database in
            let found = try Self.version(of: database)
            guard found <= Self.version else {
                throw BerthError(
                    .storeMissing, "the history has format \(found), this berth knows \(Self.version)",
                    place: path.string, remedy: "use the newer berth that wrote it")
            }
            if found < 1 { try database.execute(sql: HistoryTables.builds) }
            if found < 2 { try database.execute(sql: HistoryTables.cache) }
            if found < 3 { try database.execute(sql: HistoryTables.runs) }
            try database.execute(sql: "PRAGMA user_version = \(Self.version)")
        }
        return queue
    }

    private static func version(of database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    }

    /// What SQLite finds wrong; nil when there is nothing, no history yet, or no way to look now.
    func fault() -> String? {
        guard exists else { return nil }
        do {
            let text = try open(path).read { try String.fetchOne($0, sql: "PRAGMA integrity_check(1)") }
            return text == "ok" ? nil : text
        } catch { return DatabaseSettings.damage(error) }
    }

    private func translating<Value>(_ work: () throws -> Value) throws -> Value {
        do { return try work() } catch let error as DatabaseError {
            let (status, remedy): (ExitStatus, String) =
                switch error.resultCode {
                case .SQLITE_FULL: (.noSpace, "free some space (berth store gc)")
                case .SQLITE_BUSY: (.locked, "wait until the other berth ends, then run the same command again")
                case .SQLITE_READONLY, .SQLITE_CANTOPEN: (.storeMissing, "make the store writable for this user")
                default: (.damaged, "run `berth store repair`")
                }
            throw BerthError(
                status, "the history cannot be used", place: path.string, remedy: remedy, cause: error)
        }
    }
}
