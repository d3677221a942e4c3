/// Jobs strictly in the order in which they became ready, as GitHub hands them out: the head of the queue blocks all others.
///
/// What `berth plan compare` measures a plan against. Jobs that are ready at the same moment go as they stand in the file.
package enum StrictQueue {
    /// The plan of these jobs on this machine; its bound is by work and precedence alone.
    ///
    /// - Throws: `PlanFault` with all that is wrong with the jobs.
    package static func plan(_ jobs: [Job], on machine: Machine) throws(PlanFault) -> Plan {
        let problem = try Problem(jobs, on: machine)
        let core = Core(problem)
        let solution = Solution(
            schedule: schedule(problem), bound: WorkBound.bound(core, WorkLimit.all(of: core)), method: .strictQueue,
            schedules: 1, nodes: 0)
        return Plan(solution, of: problem, seed: 0)
    }

    /// The schedule of a problem by the same rule.
    package static func schedule(_ problem: Problem) -> Schedule {
        var queue = QueueRun(problem)
        return queue.schedule()
    }
}

/// Going through time with one queue.
private struct QueueRun {
    let problem: Problem
    var starts: [Int]
    var ends: [Int]
    var used: [Int]
    /// Jobs that have not started.
    var open: [Int]
    var running: [Int] = []

    init(_ problem: Problem) {
        self.problem = problem
        starts = [Int](repeating: .max, count: problem.count)
        ends = starts
        used = problem.capacities.map { _ in 0 }
        open = Array(problem.durations.indices)
    }

    mutating func schedule() -> Schedule {
        var now = 0
        while !open.isEmpty {
            for job in running where ends[job] <= now { use(job, sign: -1) }
            running = running.filter { ends[$0] > now }
            while let head = head(at: now), fits(head) { start(head, at: now) }
            let moments = running.map { ends[$0] } + open.map { problem.releases[$0] }.filter { $0 > now }
            now = moments.min() ?? now + 1
        }
        return Schedule(starts: starts, ends: ends)
    }

    /// The job that has been ready for longest.
    private func head(at now: Int) -> Int? {
        open.map { (ready: readiness($0), job: $0) }.filter { $0.ready <= now }.min { $0 < $1 }?.job
    }

    private func readiness(_ job: Int) -> Int {
        problem.predecessors[job].reduce(problem.releases[job]) { max($0, ends[$1]) }
    }

    private func fits(_ job: Int) -> Bool {
        problem.capacities.indices.allSatisfy { problem.demand(job, $0) <= problem.capacities[$0] - used[$0] }
    }

    private mutating func start(_ job: Int, at now: Int) {
        starts[job] = now
        ends[job] = now + problem.duration(job, startingAt: now, ends: ends)
        open.removeAll { $0 == job }
        guard ends[job] > now else { return }
        use(job, sign: 1)
        running.append(job)
    }

    private mutating func use(_ job: Int, sign: Int) {
        for resource in used.indices { used[resource] += sign * problem.demand(job, resource) }
    }
}
