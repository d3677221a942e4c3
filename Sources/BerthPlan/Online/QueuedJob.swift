/// A job that waits for its start.
package struct QueuedJob: Sendable {
    package let job: Job
    package let arrived: Duration
    /// How long the machine slept since, which does not count as age.
    package internal(set) var slept: Duration
    /// What it holds once it runs.
    let row: ResourceRow
    /// Expected seconds with what is warm now, at least a millisecond, so that logarithms and quotients exist.
    var estimate: Double

    init(_ job: Job, arrived: Duration, slept: Duration, row: ResourceRow, warm: Set<Warmth>) {
        (self.job, self.arrived, self.slept, self.row) = (job, arrived, slept, row)
        estimate = 0
        estimate(with: warm)
    }

    mutating func estimate(with warm: Set<Warmth>) { estimate = max(1e-3, job.duration(warm: warm).bounded.inSeconds) }

    /// How long it has waited while the machine was awake.
    package func age(at now: Duration) -> Duration { max(.zero, now - arrived - slept) }
}

/// A job that runs.
package struct RunningJob: Sendable {
    package let job: Job
    package let arrived: Duration
    package let started: Duration
    /// By the estimate at its start, later by what the machine slept.
    package internal(set) var expectedEnd: Duration
    let row: ResourceRow

    /// The end that is expected now: a job that has outrun its estimate is given half as long again as it has run.
    ///
    /// Corrected upwards, as Tsafrir, Etsion and Feitelson do for backfilling with predictions (TPDS 2007).
    package func expectedEnd(at now: Duration) -> Duration {
        expectedEnd > now ? expectedEnd : now + (now - started) / 2
    }
}
