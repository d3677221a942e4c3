/// Plays a trace against a machine under a policy, event by event.
///
/// At one moment running jobs end first, then jobs are cancelled, then the machine changes, then jobs arrive; then the
/// policy decides once. While the machine sleeps all that waits for its waking.
package struct PlacementSimulation {
    private let trace: PlacementTrace
    private let policy: OnlinePolicy
    private var state: OnlineState
    private var runs: [Run] = []
    private var places: [Job.ID: Int] = [:]
    private var outcome: PlacementOutcome
    private var nextArrival = 0
    private var nextChange = 0
    private var nextCancel = 0
    /// Places in the trace of those who are cancelled, by when.
    private let cancels: [(at: Duration, place: Int)]

    /// A job that runs, and when it truly ends.
    private struct Run {
        let place: Int
        var end: Duration
    }

    /// Runs the trace to its end: until all have arrived, and nobody runs, and whoever waits can't start.
    ///
    /// Throws where the trace is none: two jobs of one name.
    package static func run(
        _ trace: PlacementTrace, on machine: Machine, under policy: OnlinePolicy
    ) throws(OnlineFault) -> PlacementOutcome {
        var simulation = PlacementSimulation(trace, machine, policy)
        while let moment = simulation.nextMoment() { try simulation.step(to: moment) }
        simulation.outcome.end = simulation.state.now
        return simulation.outcome
    }

    private init(_ trace: PlacementTrace, _ machine: Machine, _ policy: OnlinePolicy) {
        (self.trace, self.policy) = (trace, policy)
        state = OnlineState(machine)
        outcome = PlacementOutcome(policy: policy.name, jobs: trace.jobs)
        cancels = trace.jobs.enumerated().compactMap { place, job in
            job.cancelledAfter.map { (job.arrival + $0, place) }
        }.sorted { $0 < $1 }
        for (place, job) in trace.jobs.enumerated() { places[job.job.id] = place }
    }

    private func nextMoment() -> Duration? {
        var next = runs.map(\.end).min()
        func consider(_ moment: Duration) { next = next.map { min($0, moment) } ?? moment }
        if nextArrival < trace.jobs.count { consider(trace.jobs[nextArrival].arrival) }
        // With nobody here and nobody to come, the rest of the changes changes nothing.
        let isOver = next == nil && state.queue.isEmpty
        if nextChange < trace.changes.count, !isOver { consider(trace.changes[nextChange].at) }
        if nextCancel < cancels.count, !isOver { consider(cancels[nextCancel].at) }
        return next
    }

    private mutating func step(to moment: Duration) throws(OnlineFault) {
        try advance(to: max(moment, state.now))
        try depart()
        while nextChange < trace.changes.count, trace.changes[nextChange].at <= state.now {
            try change(trace.changes[nextChange])
            nextChange += 1
            // After a sleep it is later, and some have been cancelled meanwhile.
            try depart()
        }
        while nextArrival < trace.jobs.count, trace.jobs[nextArrival].arrival <= state.now { try arrive() }
        for start in policy.decide(state, explaining: false).starts { try self.start(start.job) }
        outcome.longestQueue = max(outcome.longestQueue, state.queue.count)
    }

    /// All whose end or cancellation has come.
    private mutating func depart() throws(OnlineFault) {
        for run in runs.filter({ $0.end <= state.now }).sorted(by: { ($0.end, $0.place) < ($1.end, $1.place) }) {
            try end(run)
        }
        while nextCancel < cancels.count, cancels[nextCancel].at <= state.now {
            try cancel(cancels[nextCancel].place)
            nextCancel += 1
        }
    }

    private mutating func advance(to moment: Duration) throws(OnlineFault) {
        let seconds = (moment - state.now).inSeconds
        let busy = state.running.reduce(0) { $0 + $1.row[0] }
        // A slot that was taken away is there until the job in it ends.
        outcome.available += seconds * Double(max(state.machine.capacity[.slots], Int(busy)))
        outcome.busy += seconds * Double(busy)
        outcome.waiting += seconds * Double(state.queue.count)
        try state.apply(.advanced(to: moment))
    }

    private mutating func end(_ run: Run) throws(OnlineFault) {
        runs.removeAll { $0.place == run.place }
        let job = trace.jobs[run.place]
        try state.apply(job.fails ? .failed(job.job.id) : .ended(job.job.id))
        outcome.placements[run.place].end = state.now
        outcome.placements[run.place].fate = job.fails ? .failed : .succeeded
    }

    private mutating func cancel(_ place: Int) throws(OnlineFault) {
        guard outcome.placements[place].fate == .waiting else { return }
        // Whoever is cancelled while the machine sleeps has not arrived yet: it is passed over then.
        outcome.placements[place].fate = .cancelled
        outcome.placements[place].end = state.now
        runs.removeAll { $0.place == place }
        if place < nextArrival { try state.apply(.cancelled(trace.jobs[place].job.id)) }
    }

    private mutating func change(_ change: MachineChange) throws(OnlineFault) {
        switch change.kind {
        case .capacity(let amounts): try state.apply(.capacityChanged(amounts))
        case .sleeps(let length):
            // One that began during another ends when it would have ended.
            let length = (change.at + length.bounded - state.now).bounded
            for index in runs.indices { runs[index].end += length }
            outcome.waiting += length.inSeconds * Double(state.queue.count)
            outcome.asleep += length
            try state.apply(.slept(length))
        }
    }

    private mutating func arrive() throws(OnlineFault) {
        let (place, job) = (nextArrival, trace.jobs[nextArrival])
        nextArrival += 1
        guard outcome.placements[place].fate == .waiting else { return }
        outcome.waiting += (state.now - job.arrival).inSeconds
        try state.apply(.arrived(job.job, at: job.arrival))
    }

    private mutating func start(_ id: Job.ID) throws(OnlineFault) {
        guard let place = places[id] else { throw .notWaiting(id) }
        let job = trace.jobs[place]
        // What is warm saves as much of the true duration as of the expected one.
        let saved = job.job.duration.expected - job.job.duration(warm: state.machine.warm)
        try state.apply(.started(id))
        outcome.placements[place].start = state.now
        runs.append(Run(place: place, end: state.now + max(.zero, job.duration - saved)))
    }
}
