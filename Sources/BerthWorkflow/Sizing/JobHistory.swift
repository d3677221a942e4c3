package import BerthPlan

/// What tells a job of one run from its like in another.
package struct JobKey: Sendable, Hashable {
    package var repository: String
    /// The file that the job stands in: `.github/workflows/ci.yml`.
    package var workflow: String
    package var job: String
    /// Its values of the matrix: `3.12, ubuntu`; empty without one.
    package var cell: String

    package init(repository: String, workflow: String, job: String, cell: String) {
        (self.repository, self.workflow, self.job, self.cell) = (repository, workflow, job, cell)
    }
}

/// What earlier runs let expect of a job.
package struct JobPrediction: Sendable, Hashable {
    package var duration: DurationEstimate?
    /// Bytes, of the whole job with its services.
    package var memory: Int?
    /// Of how many and which runs, for people.
    package var source: String

    package init(duration: DurationEstimate? = nil, memory: Int? = nil, source: String) {
        (self.duration, self.memory, self.source) = (duration, memory, source)
    }
}

/// Asks a predictor; nil where it knows nothing of a job.
package typealias JobHistory = @Sendable (JobKey) -> JobPrediction?
