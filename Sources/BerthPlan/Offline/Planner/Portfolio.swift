/// The methods one after the other: quick ones first, then search and proof in turns that get longer.
struct Portfolio {
    let core: Core
    let options: Planner.Options
    let shouldStop: () -> Bool
    private let priorities: ContiguousArray<Int>
    private var best: Incumbent
    private var bound = 0
    private var method = PlanMethod.rule(.fileOrder)
    private var nodes = 0
    private var decoder: Decoder

    /// Up to this many jobs, bounds that compare every job with every other are worth their time.
    private static let fewJobs = 64

    init(_ problem: Problem, _ options: Planner.Options, _ shouldStop: @escaping () -> Bool) {
        core = Core(problem)
        (self.options, self.shouldStop) = (options, shouldStop)
        priorities = ContiguousArray(core.origin.map { problem.priorities[$0] })
        decoder = Decoder(core)
        best = Incumbent(makespan: .max, starts: decoder.starts, ends: decoder.ends)
    }

    mutating func solve() -> Solution {
        guard core.count > 0 else { return solution(schedules: 0) }
        tryRules()
        let limits = WorkLimit.all(of: core)
        bound = WorkBound.bound(core, limits)
        var search = GeneticSearch(core, decoder: decoder, start: best, seed: options.seed)
        let schedules = options.schedules ?? Self.schedules(for: core.count)
        run(&search, until: min(schedules, max(60 * core.count, 300)))
        if core.count <= Self.fewJobs { prove(&search, limits, schedules) }
        run(&search, until: schedules)
        return solution(schedules: search.decoder.steps)
    }

    private func solution(schedules: Int) -> Solution {
        let schedule = best.makespan == .max ? Schedule(starts: [], ends: []) : best.schedule(core)
        return Solution(schedule: schedule, bound: bound, method: method, schedules: schedules, nodes: nodes)
    }

    /// As many as take some hundred milliseconds: the time for one grows faster than the number of jobs.
    private static func schedules(for count: Int) -> Int { max(60, 12_000_000 / count / (4 + count / 16)) }

    private mutating func tryRules() {
        for rule in PriorityRule.allCases {
            let makespan = decoder.decode(rule.order(core, priorities: priorities))
            if makespan < best.makespan {
                best = Incumbent(makespan: makespan, starts: decoder.starts, ends: decoder.ends)
                method = .rule(rule)
            }
        }
    }

    private mutating func run(_ search: inout GeneticSearch, until schedules: Int) {
        search.run(until: schedules, target: bound, shouldStop: shouldStop)
        if search.best < best {
            best = search.best
            method = .randomisedSearch
        }
    }

    /// Raises the bound and searches exactly, forwards and backwards, with more nodes each time, the search in between.
    private mutating func prove(_ search: inout GeneticSearch, _ limits: [WorkLimit], _ schedules: Int) {
        guard bound < best.makespan, !shouldStop() else { return }
        let proof = Proof(core)
        bound = max(bound, proof.bound(from: bound, below: best.makespan, shouldStop))
        let directions = proof.directions
        var share = 2_000
        while !directions.isEmpty, bound < best.makespan, nodes < options.nodes, !shouldStop() {
            for direction in directions where bound < best.makespan && nodes < options.nodes {
                let result = proof.search(
                    direction, below: best.makespan, nodes: min(share, options.nodes - nodes), shouldStop)
                nodes += result.nodes
                if let found = result.found {
                    search.adopt(found)
                    best = search.best
                    method = .branchAndBound
                }
                if result.isComplete { bound = best.makespan }
            }
            share = min(share, options.nodes) * 6
            run(&search, until: min(schedules, search.decoder.steps + share / 4))
        }
    }
}
