/// Which jobs can never overlap, because one waits for the other or both together need more than there is.
struct Exclusion {
    let count: Int
    /// `count` rows of `count` marks.
    let excluded: ContiguousArray<Bool>

    init(_ core: Core) {
        count = core.count
        var excluded = ContiguousArray<Bool>(repeating: false, count: core.count * core.count)
        for job in 0..<core.count {
            for place in core.predecessors.range(job) {
                let before = core.predecessors.items[place]
                excluded[before * core.count + job] = true
                for other in 0..<before where excluded[other * core.count + before] {
                    excluded[other * core.count + job] = true
                }
            }
        }
        let kinds = core.capacities.count
        for job in 0..<core.count {
            for other in 0..<job {
                let crowded = (0..<kinds).contains {
                    core.demands[job * kinds + $0] > core.capacities[$0] - core.demands[other * kinds + $0]
                }
                if crowded { excluded[other * core.count + job] = true }
            }
        }
        for job in 0..<core.count {
            for other in 0..<job { excluded[job * core.count + other] = excluded[other * core.count + job] }
        }
        self.excluded = excluded
    }

    /// Sets of jobs of which no two overlap: one grown around each job, by duration, without repeats.
    func cliques(_ core: Core, atMost most: Int) -> [WorkLimit] {
        let byDuration = (0..<count).sorted { (-core.durations[$0], $0) < (-core.durations[$1], $1) }
        var cliques: [(work: Int, limit: WorkLimit)] = []
        for seed in 0..<count where core.durations[seed] > 0 {
            var members = [seed]
            for job in byDuration where job != seed && core.durations[job] > 0 {
                if members.allSatisfy({ excluded[job * count + $0] }) { members.append(job) }
            }
            var weights = ContiguousArray<Int>(repeating: 0, count: count)
            for job in members { weights[job] = 1 }
            let limit = WorkLimit(weights: weights, capacity: 1)
            if members.count > 1, !cliques.contains(where: { $0.limit == limit }) {
                cliques.append((members.reduce(0) { $0 + core.durations[$1] }, limit))
            }
        }
        return cliques.sorted { $0.work > $1.work }.prefix(most).map(\.limit)
    }
}
