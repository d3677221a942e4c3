/// A machine, what runs on it, and who waits: changed by events only, and told the time by them.
package struct OnlineState: Sendable {
    package private(set) var machine: Machine
    /// Since the origin that all times of this state are counted from.
    package private(set) var now: Duration
    /// By arrival.
    package private(set) var queue: [QueuedJob] = []
    /// By start.
    package private(set) var running: [RunningJob] = []
    /// Numbers of the resources in all rows.
    private(set) var table = ResourceTable()
    /// All that the machine has.
    private(set) var capacity: ResourceRow
    /// What nobody holds; below zero where the machine shrank under running jobs.
    private(set) var free: ResourceRow
    /// From when to when it slept last.
    private var lastSleep = (start: Duration.zero, end: Duration.zero)

    package init(_ machine: Machine, now: Duration = .zero) {
        (self.machine, self.now) = (machine, now)
        capacity = table.row(machine.capacity)
        free = capacity
    }

    /// Takes in what has happened; throws, and changes nothing, where it can't have happened.
    package mutating func apply(_ event: OnlineEvent) throws(OnlineFault) {
        switch event {
        case .arrived(let job, let at): try arrive(job, at: at)
        case .started(let id): try start(id)
        case .ended(let id): warm(try end(id).job.warms)
        case .failed(let id): _ = try end(id)
        case .cancelled(let id):
            if let index = queue.firstIndex(where: { $0.job.id == id }) {
                queue.remove(at: index)
            } else {
                _ = try end(id)
            }
        case .capacityChanged(let amounts): change(to: amounts)
        case .warmthChanged(let warm): setWarm(warm)
        case .advanced(let moment):
            guard moment >= now else { throw .backwards(from: now, to: moment) }
            now = moment
        case .slept(let length): sleep(length)
        }
    }

    private mutating func arrive(_ job: Job, at moment: Duration) throws(OnlineFault) {
        let isKnown = queue.contains { $0.job.id == job.id } || running.contains { $0.job.id == job.id }
        guard !isKnown else { throw .duplicate(job.id) }
        let entry = QueuedJob(
            job, arrived: min(moment, now), slept: max(.zero, lastSleep.end - max(moment, lastSleep.start)),
            row: table.row(job.holds),
            warm: machine.warm)
        let place = queue.lastIndex { $0.arrived <= entry.arrived }.map { $0 + 1 } ?? 0
        queue.insert(entry, at: place)
    }

    private mutating func start(_ id: Job.ID) throws(OnlineFault) {
        guard let index = queue.firstIndex(where: { $0.job.id == id }) else { throw .notWaiting(id) }
        let entry = queue.remove(at: index)
        running.append(
            RunningJob(
                job: entry.job, arrived: entry.arrived, started: now,
                expectedEnd: now + entry.job.duration(warm: machine.warm).bounded, row: entry.row))
        free -= entry.row
    }

    private mutating func end(_ id: Job.ID) throws(OnlineFault) -> RunningJob {
        guard let index = running.firstIndex(where: { $0.job.id == id }) else { throw .notRunning(id) }
        let job = running.remove(at: index)
        free += job.row
        return job
    }

    private mutating func warm(_ things: [Warmth]) {
        if !things.isEmpty { setWarm(machine.warm.union(things)) }
    }

    private mutating func setWarm(_ warm: Set<Warmth>) {
        machine.warm = warm
        for index in queue.indices where !queue[index].job.affinities.isEmpty { queue[index].estimate(with: warm) }
    }

    private mutating func change(to amounts: Amounts) {
        machine.capacity = amounts
        machine.capacity[.heavy] = 1
        capacity = table.row(machine.capacity)
        free = capacity
        for job in running { free -= job.row }
    }

    private mutating func sleep(_ length: Duration) {
        lastSleep = (now, now + length)
        now += length
        for index in queue.indices { queue[index].slept += length }
        for index in running.indices { running[index].expectedEnd += length }
    }
}
