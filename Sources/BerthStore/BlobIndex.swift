internal import BerthArchive
internal import BerthSystem
internal import GRDB
internal import SystemPackage

/// Size, kind and dates of every blob in `index.sqlite`: derived from the files, so losing it loses nothing.
///
/// Opened for each use: transactions are short, and most commands need none.
struct BlobIndex {
    /// One row.
    struct Row: Codable, FetchableRecord, PersistableRecord {
        static let databaseTableName = "blob"
        var digest: String
        var size: Int64
        /// What the first bytes say it is.
        var kind: String
        var added: Int64
        var used: Int64
    }

    /// Raised with every change of the tables; an index of another version is thrown away.
    private static let version = 1
    private static let files = ["index.sqlite", "index.sqlite-wal", "index.sqlite-shm"]
    let store: Store

    private var path: FilePath { store.root.appending("index.sqlite") }

    /// Notes blobs that came in or were found again.
    func note(_ blobs: [Digest: ByteCount], found: Set<Digest>, now: Int64) throws {
        let rows = blobs.map { digest, size in
            Row(
                digest: digest.hex, size: size.value, kind: BlobKind.of(store.path(of: digest)).rawValue, added: now,
                used: now)
        }
        try write { database in
            for row in rows { try row.insert(database, onConflict: .replace) }
            for digest in found {
                try database.execute(
                    sql: "UPDATE blob SET used = ? WHERE digest = ? AND used < ?", arguments: [now, digest.hex, now])
            }
        }
    }

    /// Drops the rows of removed blobs.
    func forget(_ digests: [Digest]) throws {
        guard !digests.isEmpty, Files.exists(path) else { return }
        try write { database in
            for digest in digests { try Row.deleteOne(database, key: ["digest": digest.hex]) }
        }
    }

    /// All rows by digest, writing nothing; nil when there is no index of this version.
    func rows() throws -> [Row]? {
        guard Files.exists(path) else { return nil }
        return try connect().read { database in
            guard try Int.fetchOne(database, sql: "PRAGMA user_version") == Self.version else { return nil }
            return try Row.order(Column("digest")).fetchAll(database)
        }
    }

    /// Makes the index again from the files; keeps the last use that it knew.
    func rebuild() throws {
        let known = Dictionary(((try? rows()) ?? nil ?? []).map { ($0.digest, $0.used) }) { first, _ in first }
        let rows = try BlobFolder(store: store).list().filter(\.isFile).map { blob in
            Row(
                digest: blob.digest.hex, size: blob.size.value, kind: BlobKind.of(store.path(of: blob.digest)).rawValue,
                added: blob.modified, used: known[blob.digest.hex] ?? blob.modified)
        }
        func fill() throws {
            try write { database in
                try Row.deleteAll(database)
                for row in rows { try row.insert(database) }
            }
        }
        do { try fill() } catch is DatabaseError {
            try discard()
            try fill()
        }
    }

    /// Deletes the index: the next use makes a new one.
    func discard() throws { for name in Self.files { try Files.remove(store.root.appending(name)) } }

    /// SQLite's own check; nil when it has nothing to say.
    func integrity() throws -> String? {
        let text = try connect().read { try String.fetchOne($0, sql: "PRAGMA integrity_check(1)") }
        return text == "ok" ? nil : text
    }

    private func write(_ body: (Database) throws -> Void) throws { try open().write(body) }

    private func connect() throws -> DatabaseQueue {
        try DatabaseQueue(path: path.string, configuration: DatabaseSettings.configuration)
    }

    private func open() throws -> DatabaseQueue {
        let queue = try connect()
        try queue.write { database in
            guard try Int.fetchOne(database, sql: "PRAGMA user_version") != Self.version else { return }
            try database.execute(
                sql: """
                    DROP TABLE IF EXISTS blob;
                    CREATE TABLE blob (digest TEXT PRIMARY KEY, size INTEGER NOT NULL, kind TEXT NOT NULL,
                        added INTEGER NOT NULL, used INTEGER NOT NULL) STRICT;
                    PRAGMA user_version = \(Self.version);
                    """)
        }
        return queue
    }
}
