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
    private let byStart: [Int]

    init(_ problem: Problem, _ schedule: Schedule) {
        (self.problem, self.schedule) = (problem, schedule)
        endingAt = Dictionary(grouping: problem.durations.indices) { schedule.ends[$0] }
        byStart = problem.durations.indices.sorted { (schedule.starts[$0], $0) < (schedule.starts[$1], $1) }
    }

    func reason(_ job: Int) -> StartReason {
        let start = schedule.starts[job]
        let ending = endingAt[start] ?? []
        if start <= problem.releases[job] { return .released }
        let predecessors = ending.filter { problem.predecessors[job].contains($0) }
        if !predecessors.isEmpty { return .predecessors(ids(predecessors)) }
        return scarcity(job, at: start, ending) ?? warmth(job, ending) ?? behind(job, at: start)
    }

    /// The first resource, heavy token and slots before others, of which there was too little just before.
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
        case .slots: -1
        default: resource
        }
    }

    private func warmth(_ job: Int, _ ending: [Int]) -> StartReason? {
        for source in problem.warming?.sources ?? [] where source.savings[job] != nil {
            let warmers = source.warmers.filter { ending.contains($0) }
            if !warmers.isEmpty { return .warmth(source.warmth, from: ids(warmers)) }
        }
        return nil
    }

    private func behind(_ job: Int, at start: Int) -> StartReason {
        let before = byStart.last { $0 != job && schedule.starts[$0] <= start }
        return before.map { .behind(Job.ID(problem.names[$0])) } ?? .released
    }

    private func ids(_ jobs: [Int]) -> [Job.ID] { jobs.map { Job.ID(problem.names[$0]) } }
}
