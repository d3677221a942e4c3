internal import GRDB

/// How Berth opens SQLite files: nothing committed is lost to a power cut, and another process is waited for.
enum DatabaseSettings {
    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(
                sql: "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON")
        }
        return configuration
    }

    /// For logs: SQLite waits for the disk only when it tidies its journal, and another process for a second at most.
    static var quick: Configuration {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(1)
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
        return configuration
    }

    /// What an error says about the file: a text where its pages are damaged, nil where only the moment was wrong
    /// (a full or read-only disk, another process, no more descriptors).
    static func damage(_ error: any Error) -> String? {
        guard let error = error as? DatabaseError else { return nil }
        return [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode.primaryResultCode) ? "\(error)" : nil
    }
}
