/// Which job starts when, in which slot, and why not sooner.
package struct Plan: Sendable, Equatable {
    /// One job's place in the plan.
    package struct Assignment: Sendable, Equatable {
        package let job: Job.ID
        package let start: Duration
        package let end: Duration
        /// The slots it holds, counted from one; as a rule one.
        package let slots: [Int]
        package let reason: StartReason
    }

    /// In the order in which the jobs were given.
    package let assignments: [Assignment]
    package let makespan: Duration
    /// No plan ends before this.
    package let bound: Duration
    /// By how much the makespan is above the bound at most, as a part of the bound; zero is proved optimal.
    package let gap: Double
    package let method: PlanMethod
    /// Schedules generated, and nodes of the exact search visited.
    package let schedules: Int
    package let nodes: Int
    package let seed: UInt64

    /// All steps that ran.
    package var steps: Int { schedules + nodes }

    init(_ solution: Solution, of problem: Problem, seed: UInt64) {
        let schedule = solution.schedule
        let reasons = StartReasons(problem, schedule)
        let slots = SlotAssignment.slots(problem, schedule)
        assignments = problem.names.indices.map { job in
            Assignment(
                job: Job.ID(problem.names[job]), start: .milliseconds(schedule.starts[job]),
                end: .milliseconds(schedule.ends[job]), slots: slots[job], reason: reasons.reason(job))
        }
        makespan = .milliseconds(schedule.makespan)
        bound = .milliseconds(solution.bound)
        (gap, method, schedules, nodes) = (solution.gap, solution.method, solution.schedules, solution.nodes)
        self.seed = seed
    }
}
