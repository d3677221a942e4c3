/// A job of a simulation: what the policy sees, and what is true.
package struct SimulatedJob: Sendable, Hashable {
    /// What the policy sees: estimate, weight, demand, owner.
    package var job: Job
    /// Since the start of the trace.
    package var arrival: Duration
    /// How long it really runs, with nothing warm.
    package var duration: Duration
    /// Whether it fails at its end, rather than succeeds; a failure frees the slot, and is no run to learn from.
    package var fails: Bool
    /// So long after its arrival somebody cancels it, waiting or running; nil where nobody does.
    package var cancelledAfter: Duration?

    package init(
        _ job: Job, arrival: Duration, duration: Duration, fails: Bool = false, cancelledAfter: Duration? = nil
    ) {
        (self.job, self.arrival, self.duration) = (job, arrival.bounded, duration.bounded)
        (self.fails, self.cancelledAfter) = (fails, cancelledAfter?.bounded)
    }
}

/// Something that happens to the machine itself.
package struct MachineChange: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// It sleeps for so long: what runs stands still, and nothing starts.
        case sleeps(Duration)
        /// It has this capacity from now on.
        case capacity(Amounts)
    }

    /// Since the start of the trace.
    package var at: Duration
    package var kind: Kind

    package init(at: Duration, _ kind: Kind) { (self.at, self.kind) = (at.bounded, kind) }
}

/// What arrives, and what happens to the machine meanwhile.
package struct PlacementTrace: Sendable, Hashable {
    /// By arrival.
    package let jobs: [SimulatedJob]
    /// By moment.
    package let changes: [MachineChange]

    /// Sorts both; jobs that arrive at one moment stay in their order.
    package init(jobs: [SimulatedJob], changes: [MachineChange] = []) {
        self.jobs = jobs.enumerated().sorted { ($0.element.arrival, $0.offset) < ($1.element.arrival, $1.offset) }
            .map(\.element)
        self.changes = changes.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }
}
