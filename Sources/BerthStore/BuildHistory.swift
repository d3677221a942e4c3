package import BerthArchive
internal import BerthSystem
internal import GRDB
internal import SystemPackage

/// One build, as history keeps it.
package struct BuildRecord: Sendable, Codable, Equatable {
    /// Seconds since 1970 at its end.
    package var at: Int64
    package var image: String
    package var version: String
    package var digest: Digest
    package var seconds: Double
    /// Compressed bytes of the image.
    package var bytes: ByteCount

    /// Describes a build that has ended.
    package init(at: Int64, image: String, version: String, digest: Digest, seconds: Double, bytes: ByteCount) {
        self.at = at
        self.image = image
        self.version = version
        self.digest = digest
        self.seconds = seconds
        self.bytes = bytes
    }
}

/// What happened, in `history.sqlite`: cannot be made again, so nothing drops it, and repair saves what is readable.
package struct BuildHistory: Sendable {
    private static let version = 1
    private static let name = "history.sqlite"
    let store: Store

    private var path: FilePath { store.root.appending(Self.name) }

    /// Adds a build.
    package func add(_ record: BuildRecord) throws {
        try translating { try open(path).write { try Row(record).insert($0) } }
    }

    /// Builds, newest first; of one image where it is named.
    package func builds(of image: String? = nil, limit: Int = 100) throws -> [BuildRecord] {
        guard Files.exists(path) else { return [] }
        return try translating {
            try open(path).read { database in
                var request = Row.order(Column("at").desc, Column("id").desc).limit(limit)
                if let image { request = request.filter(Column("image") == image) }
                return try request.fetchAll(database).compactMap(\.record)
            }
        }
    }

    /// What SQLite finds wrong; nil when there is nothing, no history yet, or no way to look now.
    func fault() -> String? {
        guard Files.exists(path) else { return nil }
        do {
            let text = try open(path).read { try String.fetchOne($0, sql: "PRAGMA integrity_check(1)") }
            return text == "ok" ? nil : text
        } catch { return DatabaseSettings.damage(error) }
    }

    /// Keeps a damaged history under another name and copies every row that can still be read into a new one.
    func salvage() throws -> [String] {
        let old = store.root.appending("history-damaged-\(Machine.now).sqlite")
        for suffix in ["", "-wal", "-shm"] where Files.exists(FilePath(path.string + suffix)) {
            try Files.rename(FilePath(path.string + suffix), to: FilePath(old.string + suffix))
        }
        var saved = 0
        try translating {
            let target = try open(path)
            guard let source = try? open(old), let last = try? lastRow(source) else { return }
            for id in 0...max(0, min(last, 1_000_000)) {
                guard let row = try? source.read({ try Row.fetchOne($0, key: id) }) else { continue }
                try target.write { try row.insert($0) }
                saved += 1
            }
        }
        return ["kept the damaged history as \(old.lastComponent?.string ?? "") and saved \(saved) of its builds"]
    }

    private func lastRow(_ source: DatabaseQueue) throws -> Int64 {
        try source.read { try Int64.fetchOne($0, sql: "SELECT max(id) FROM build") ?? 0 }
    }

    private struct Row: Codable, FetchableRecord, PersistableRecord {
        static let databaseTableName = "build"
        var id: Int64?
        var at: Int64
        var image: String
        var version: String
        var digest: String
        var seconds: Double
        var bytes: Int64

        init(_ record: BuildRecord) {
            at = record.at
            image = record.image
            version = record.version
            digest = record.digest.hex
            seconds = record.seconds
            bytes = record.bytes.value
        }

        var record: BuildRecord? {
            guard let digest = try? Digest(hex: digest) else { return nil }
            return BuildRecord(
                at: at, image: image, version: version, digest: digest, seconds: seconds, bytes: ByteCount(bytes))
        }
    }

    private func open(_ path: FilePath) throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: path.string, configuration: DatabaseSettings.configuration)
        try queue.write { database in
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            guard version <= Self.version else {
                throw BerthError(
                    .storeMissing, "the history has format \(version), this berth knows \(Self.version)",
                    place: path.string, remedy: "use the newer berth that wrote it")
            }
            guard version == 0 else { return }
            try database.execute(
                sql: """
                    CREATE TABLE build (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, image TEXT NOT NULL,
                        version TEXT NOT NULL, digest TEXT NOT NULL, seconds REAL NOT NULL, bytes INTEGER NOT NULL) STRICT;
                    CREATE INDEX build_image ON build (image, at);
                    PRAGMA user_version = \(Self.version);
                    """)
        }
        return queue
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

extension Store {
    /// What was built, and how long it took.
    package var history: BuildHistory { BuildHistory(store: self) }
}
