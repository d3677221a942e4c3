/// Why a job starts when it does and not sooner.
package enum StartReason: Sendable, Equatable {
    /// It was not there before.
    case released
    /// It waited for these to end.
    case predecessors([Job.ID])
    /// It waited until these gave back what it needs.
    case resource(Resource, heldBy: [Job.ID])
    /// It is heavy, and waited until this heavy job had ended.
    case heavy(heldBy: Job.ID)
    /// It would have ended later had it not waited for what these made warm.
    case warmth(Warmth, from: [Job.ID])
    /// It waited in the queue behind this one, which had not started.
    case behind(Job.ID)
}

/// Reads the reasons from a finished schedule.
struct StartReasons {
    private let problem: Problem
    private let schedule: Schedule
    private let endingAt: [Int: [Int]]

    init(_ problem: Problem, _ schedule: Schedule) {
        (self.problem, self.schedule) = (problem, schedule)
        endingAt = Dictionary(grouping: problem.durations.indices) { schedule.ends[$0] }
    }

    func reason(_ job: Int) -> StartReason {
        let start = schedule.starts[job]
        let ending = endingAt[start] ?? []
        if start <= problem.releases[job] { return .released }
        let predecessors = ending.filter { problem.predecessors[job].contains($0) }
        if !predecessors.isEmpty { return .predecessors(ids(predecessors)) }
        return scarcity(job, at: start, ending) ?? warmth(job, ending) ?? behind(job, at: start)
    }

    /// The first resource, the heavy token before others and slots last, of which there was too little just before.
    private func scarcity(_ job: Int, at start: Int, _ ending: [Int]) -> StartReason? {
        let resources = problem.resources.indices.sorted { rank($0) < rank($1) }
        for resource in resources where problem.demand(job, resource) > 0 {
            let holders = problem.durations.indices.filter {
                schedule.starts[$0] < start && start <= schedule.ends[$0] && problem.demand($0, resource) > 0
            }
            let used = holders.reduce(0) { $0 + problem.demand($1, resource) }
            guard used > problem.capacities[resource] - problem.demand(job, resource) else { continue }
            let givers = ids(holders.filter { ending.contains($0) })
            guard let first = givers.first else { continue }
            return problem.resources[resource] == .heavy
                ? .heavy(heldBy: first) : .resource(problem.resources[resource], heldBy: givers)
        }
        return nil
    }

    private func rank(_ resource: Int) -> Int {
        switch problem.resources[resource] {
        case .heavy: -2
        // Last: what people can change is named before what every job needs.
        case .slots: Int.max
        default: resource
        }
    }

    private func warmth(_ job: Int, _ ending: [Int]) -> StartReason? {
        let ready = readiness(job)
        let sooner = ready + problem.duration(job, startingAt: ready, ends: schedule.ends)
        guard sooner > schedule.ends[job] else { return nil }
        for source in problem.warming?.sources ?? [] where source.savings[job, default: 0] > 0 {
            let warmers = source.warmers.filter { ending.contains($0) }
            if !warmers.isEmpty { return .warmth(source.warmth, from: ids(warmers)) }
        }
        return nil
    }

    /// Of those before it in the queue, the one whose start let it go: the latest, and of equal starts the first in the row.
    private func behind(_ job: Int, at start: Int) -> StartReason {
        let place = { (other: Int) in (readiness(other), other) }
        let before = problem.durations.indices.filter { schedule.starts[$0] <= start && place($0) < place(job) }
        let blocker = before.min { left, right in
            let (late, early) = (schedule.starts[right], schedule.starts[left])
            return late == early ? place(left) < place(right) : early > late
        }
        return blocker.map { .behind(Job.ID(problem.names[$0])) } ?? .released
    }

    /// When it could have started for all that it waits for.
    private func readiness(_ job: Int) -> Int {
        problem.predecessors[job].reduce(problem.releases[job]) { max($0, schedule.ends[$1]) }
    }

    private func ids(_ jobs: [Int]) -> [Job.ID] { jobs.map { Job.ID(problem.names[$0]) } }
}
