/// What became of the jobs of a trace under a policy.
package struct PlacementOutcome: Sendable, Hashable {
    package enum Fate: String, Sendable, Hashable {
        /// Never started: it needs more than the machine had.
        case waiting
        case succeeded
        case failed
        case cancelled
    }

    /// One job, at the place that it has in the trace.
    package struct Placement: Sendable, Hashable {
        package let job: Job.ID
        package let owner: String
        package let arrival: Duration
        /// Nil where it never started.
        package var start: Duration?
        package var end: Duration?
        package var fate = Fate.waiting

        /// From arrival to start, asleep or not.
        package var wait: Duration? { start.map { $0 - arrival } }
    }

    package let policy: String
    package var placements: [Placement]
    /// Slot-seconds that jobs held, and that the machine had, both while it was awake.
    package var busy = 0.0
    package var available = 0.0
    /// The sum over all moments of how many waited, in seconds: by Little's law also the sum of all waits.
    package var waiting = 0.0
    /// How long the machine slept.
    package var asleep: Duration = .zero
    /// When the last thing happened, since the start of the trace.
    package var end: Duration = .zero
    package var longestQueue = 0

    init(policy: String, jobs: [SimulatedJob]) {
        self.policy = policy
        placements = jobs.map { Placement(job: $0.job.id, owner: $0.job.owner, arrival: $0.arrival) }
    }
}
