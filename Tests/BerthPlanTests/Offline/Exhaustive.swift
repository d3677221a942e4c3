@testable import BerthPlan

/// The shortest makespan, by trying every order of the jobs and every event as a start: slow and simple.
///
/// It knows nothing of the generators. Each job in turn starts no sooner than the one before it, at a moment at which
/// something ends or is released; one of the shortest schedules is of that kind, whatever durations depend on.
struct Exhaustive {
    private let problem: Problem
    private var starts: [Int]
    private var ends: [Int]
    private var best = Int.max

    static func makespan(_ problem: Problem) -> Int {
        var search = Exhaustive(problem)
        search.extend(after: 0)
        return search.best
    }

    private init(_ problem: Problem) {
        self.problem = problem
        starts = [Int](repeating: -1, count: problem.count)
        ends = starts
    }

    private mutating func extend(after last: Int) {
        let placed = problem.durations.indices.filter { starts[$0] >= 0 }
        let makespan = placed.map { ends[$0] }.max() ?? 0
        guard makespan < best else { return }
        guard placed.count < problem.count else {
            best = makespan
            return
        }
        let moments = Set([last] + placed.map { ends[$0] } + problem.releases).filter { $0 >= last }.sorted()
        for job in problem.durations.indices where starts[job] < 0 {
            let before = problem.predecessors[job]
            guard before.allSatisfy({ starts[$0] >= 0 }) else { continue }
            let ready = before.reduce(problem.releases[job]) { max($0, ends[$1]) }
            for moment in moments where moment >= ready {
                let duration = self.duration(job, moment, placed)
                guard moment + duration < best, duration == 0 || fits(job, moment, placed) else { continue }
                (starts[job], ends[job]) = (moment, moment + duration)
                extend(after: moment)
                (starts[job], ends[job]) = (-1, -1)
            }
        }
    }

    private func duration(_ job: Int, _ moment: Int, _ placed: [Int]) -> Int {
        let cold = problem.durations[job]
        let saved = (problem.warming?.sources ?? []).reduce(0) { saved, source in
            let isWarm = source.warmers.contains { placed.contains($0) && ends[$0] <= moment }
            return isWarm ? saved + (source.savings[job] ?? 0) : saved
        }
        return min(cold, max(1, cold - saved))
    }

    /// Nothing starts later than this moment, so what runs now is the most there will be.
    private func fits(_ job: Int, _ moment: Int, _ placed: [Int]) -> Bool {
        problem.capacities.indices.allSatisfy { resource in
            let used = placed.filter { ends[$0] > moment }.reduce(0) { $0 + problem.demand($1, resource) }
            return used + problem.demand(job, resource) <= problem.capacities[resource]
        }
    }
}
