internal import GRDB

/// One run of a job, as history keeps it; texts are as whoever foretells runs compares them.
package struct RunRow: Sendable, Codable, Equatable {
    /// Seconds since 1970 at its end.
    package var at: Int64
    package var repository: String
    package var workflow: String
    package var job: String
    package var cell: String
    package var image: String
    package var cache: String
    package var ending: String
    /// From start to end by the wall clock, and how much of that the host slept.
    package var seconds: Double
    package var slept: Double
    /// Bytes of memory at its peak; nil where nobody measured.
    package var peak: Int64?
    /// Tells runs apart, so that one that is told twice counts once; nil where nobody names it.
    package var source: String?

    package init(
        at: Int64, repository: String, workflow: String, job: String, cell: String, image: String, cache: String,
        ending: String, seconds: Double, slept: Double, peak: Int64?, source: String?
    ) {
        (self.at, self.repository, self.workflow, self.job) = (at, repository, workflow, job)
        (self.cell, self.image, self.cache, self.ending) = (cell, image, cache, ending)
        (self.seconds, self.slept, self.peak, self.source) = (seconds, slept, peak, source)
    }
}

/// The runs of jobs in `history.sqlite`.
package struct RunHistory: Sendable {
    private let database: HistoryDatabase

    init(store: Store) { database = HistoryDatabase(store: store) }

    /// Adds runs in one transaction; says how many were new.
    package func add(_ rows: [RunRow]) throws -> Int {
        try database.write { database in
            try rows.count { row in
                try database.cachedStatement(
                    sql: """
                        INSERT OR IGNORE INTO run (at, repository, workflow, job, cell, image, cache, ending, seconds,
                            slept, peak, source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """
                ).execute(
                    arguments: [
                        row.at, row.repository, row.workflow, row.job, row.cell, row.image, row.cache, row.ending,
                        row.seconds, row.slept, row.peak, row.source,
                    ])
                return database.changesCount > 0
            }
        }
    }

    /// Runs of a repository, newest first.
    package func runs(of repository: String, limit: Int = 10_000) throws -> [RunRow] {
        guard database.exists else { return [] }
        return try database.read { database in
            try RunRow.fetchAll(
                database, sql: "SELECT * FROM run WHERE repository = ? ORDER BY at DESC, id DESC LIMIT ?",
                arguments: [repository, limit])
        }
    }
}

extension RunRow: FetchableRecord {}

extension Store {
    /// Runs of jobs: how long they took, and what they needed.
    package var runs: RunHistory { RunHistory(store: self) }
}
