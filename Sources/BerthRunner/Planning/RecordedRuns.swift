package import BerthPlan
package import BerthStore
package import BerthWorkflow

/// The runs of `history.sqlite` as the predictor takes them.
package enum RecordedRuns {
    /// What the history says of a repository's jobs, read once.
    package static func history(of repository: String, in store: Store) throws -> JobHistory {
        let records = RunList(try store.runs.runs(of: repository).compactMap(Self.record))
        let predictor = DurationPredictor()
        return { key in
            // Which image and whether the cache is warm shows only when the job starts; the chain falls back past both.
            let run = RunKey(
                repository: key.repository, workflow: key.workflow, job: key.job, cell: key.cell, image: "",
                cache: .none)
            // A list in memory can be read, so nothing is thrown.
            guard let found = try? predictor.predict(run, from: records), found.level != nil, found.samples > 0 else {
                return nil
            }
            return JobPrediction(duration: found.duration, memory: found.memory, source: "history: \(found.source)")
        }
    }

    /// Nil for a row that a newer Berth wrote in words that this one does not know.
    private static func record(_ row: RunRow) -> RunRecord? {
        guard let ending = RunEnding(rawValue: row.ending), let cache = RunKey.Cache(rawValue: row.cache) else {
            return nil
        }
        let key = RunKey(
            repository: row.repository, workflow: row.workflow, job: row.job, cell: row.cell, image: row.image,
            cache: cache)
        return RunRecord(
            key, at: row.at, ending: ending, seconds: row.seconds, slept: row.slept, peak: row.peak.map { Int($0) })
    }
}

extension RunRow {
    /// A run for the history; `source` tells it from others where somebody has a number for it.
    package init(_ record: RunRecord, source: String? = nil) {
        self.init(
            at: record.at, repository: record.key.repository, workflow: record.key.workflow, job: record.key.job,
            cell: record.key.cell, image: record.key.image, cache: record.key.cache.rawValue,
            ending: record.ending.rawValue, seconds: record.seconds, slept: record.slept,
            peak: record.peak.map { Int64($0) }, source: source)
    }
}
