internal import Testing

@testable import BerthPlan

/// The planner against a solver that tries everything.
struct OptimumTests {
    @Test func `exact search finds the optimum and proves it`() throws {
        try RandomProblem.check(seeds: 1...250, most: 6) { problem in
            let solution = Planner(Planner.Options(schedules: 0)).plan(problem)
            let optimum = Exhaustive.makespan(problem)
            let breaches = ScheduleChecker(problem).breaches(of: solution.schedule)
            guard breaches.isEmpty else { return "\(breaches)" }
            guard solution.isOptimal else { return "no proof: \(solution)" }
            return solution.schedule.makespan == optimum ? nil : "\(solution.schedule.makespan), not \(optimum)"
        }
    }

    @Test func `exact search is right with seven jobs and with durations that depend on the start`() throws {
        try RandomProblem.check(seeds: 1001...1012, most: 7, Self.provesOptimum)
        try RandomProblem.check(seeds: 2001...2150, most: 5, warm: true, Self.provesOptimum)
    }

    private static func provesOptimum(_ problem: Problem) -> String? {
        let solution = Planner(Planner.Options(schedules: 0)).plan(problem)
        let optimum = Exhaustive.makespan(problem)
        let breaches = ScheduleChecker(problem).breaches(of: solution.schedule)
        guard breaches.isEmpty else { return "\(breaches)" }
        let found = solution.schedule.makespan
        return found == optimum && solution.isOptimal ? nil : "\(found) above \(solution.bound), not \(optimum)"
    }

    @Test func `no bound is above the optimum`() throws {
        for warm in [false, true] {
            try RandomProblem.check(seeds: 3001...3150, most: 5, warm: warm) { problem in
                let optimum = Exhaustive.makespan(problem)
                let core = Core(problem)
                let limits = WorkLimit.all(of: core) + Exclusion(core).cliques(core, atMost: 9)
                let work = WorkBound.bound(core, limits)
                let windows = Proof(core).bound(from: work, below: optimum + 20) { false }
                return work <= optimum && windows <= optimum ? nil : "\(work) and \(windows) above \(optimum)"
            }
        }
    }

    @Test func `some list gives an optimal schedule without exact search`() throws {
        try RandomProblem.check(seeds: 4001...4060, most: 6) { problem in
            let solution = Planner(Planner.Options(schedules: 3000, nodes: 0)).plan(problem)
            let optimum = Exhaustive.makespan(problem)
            guard solution.bound <= optimum else { return "bound \(solution.bound) above \(optimum)" }
            return solution.schedule.makespan == optimum ? nil : "\(solution.schedule.makespan), not \(optimum)"
        }
    }
}
