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

    /// Backwards a release is time after a job's end: a state that ends earlier may be the worse one there.
    @Test func `a late release is searched forwards only, and what is found is the optimum`() throws {
        let problem = try Problem(
            durations: [1, 5, 3], demands: [[1], [1], [1]], capacities: [1], predecessors: [[], [], []],
            releases: [10, 8, 0])
        let proof = Proof(Core(problem))
        #expect(proof.directions == [.forwards])
        let result = proof.search(.forwards, below: 17, nodes: 1000) { false }
        #expect(result.isComplete && result.found?.makespan == 14)
        #expect(proof.search(.backwards, below: 17, nodes: 1000) { false }.found == nil)
    }

    @Test func `each direction alone finds the optimum from far above it`() throws {
        try RandomProblem.check(seeds: 5001...5150, most: 6) { problem in
            let (proof, optimum) = (Proof(Core(problem)), Exhaustive.makespan(problem))
            for direction in proof.directions {
                let result = proof.search(direction, below: optimum + 12, nodes: 100_000) { false }
                guard result.isComplete else { return "\(direction): no end" }
                if result.found?.makespan != optimum {
                    return "\(direction): \(String(describing: result.found?.makespan))"
                }
            }
            return nil
        }
    }

    /// Eleven resources of five bits and a guard each are more than a word: exact search can't look at them.
    @Test func `a problem that exact search can't read ends with an honest gap`() throws {
        var random = SearchRandom(seed: 3)
        let demands = (0..<12).map { _ in (0..<11).map { _ in 8 + random.below(16) } }
        let problem = try Problem(
            durations: (0..<12).map { _ in 1 + random.below(9) }, demands: demands,
            capacities: Array(repeating: 31, count: 11), predecessors: Array(repeating: [], count: 12))
        #expect(Proof(Core(problem)).directions.isEmpty)
        let solution = Planner(Planner.Options(schedules: 2000)).plan(problem)
        #expect(ScheduleChecker(problem).breaches(of: solution.schedule).isEmpty)
        #expect(solution.bound <= solution.schedule.makespan && solution.nodes == 0)
    }
}
