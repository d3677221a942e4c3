package import BerthArchive
internal import GRDB

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

/// The builds in `history.sqlite`.
package struct BuildHistory: Sendable {
    private let database: HistoryDatabase

    init(store: Store) { database = HistoryDatabase(store: store) }

    /// Adds a build.
    package func add(_ record: BuildRecord) throws { try database.write { try Row(record).insert($0) } }

    /// Builds, newest first; of one image where it is named.
    package func builds(of image: String? = nil, limit: Int = 100) throws -> [BuildRecord] {
        guard database.exists else { return [] }
        return try database.read { database in
            var request = Row.order(Column("at").desc, Column("id").desc).limit(limit)
            if let image { request = request.filter(Column("image") == image) }
            return try request.fetchAll(database).compactMap(\.record)
        }
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
}

extension Store {
    /// What was built, and how long it took.
    package var history: BuildHistory { BuildHistory(store: self) }
}
