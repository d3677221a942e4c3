/// A rule that puts jobs into a list, best first, each after those it waits for.
package enum PriorityRule: String, CaseIterable, Sendable {
    /// By priority, then as they stand in the file.
    case fileOrder = "file order"
    /// The longest duration first (LPT).
    case longestFirst = "longest first"
    /// The longest way to the end first, itself included: critical path.
    case criticalPath = "critical path"
    /// Heavy jobs first, then critical path.
    case heavyFirst = "heavy first"
    /// Most work of all that follow first: greatest rank positional weight (Alvarez-Valdés and Tamarit 1989).
    case mostWorkBehind = "most work behind"
    /// Those that hold the most of the scarcest resources for the longest first.
    case largestFirst = "largest first"

    /// The list of all jobs of a core by this rule.
    func order(_ core: Core, priorities: ContiguousArray<Int>) -> ContiguousArray<Int> {
        let keys = (0..<core.count).map { -value(of: $0, in: core) }
        let before = core.predecessors
        let predecessors = (0..<core.count).map { job in before.range(job).map { before.items[$0] } }
        // Equal values: the higher priority, then the file's order.
        let ranks = (0..<core.count).sorted {
            (keys[$0], -priorities[$0], core.origin[$0]) < (keys[$1], -priorities[$1], core.origin[$1])
        }
        var place = [Int](repeating: 0, count: core.count)
        for (rank, job) in ranks.enumerated() { place[job] = rank }
        return ContiguousArray(TopologicalOrder.of(predecessors) { place[$0] })
    }

    private func value(of job: Int, in core: Core) -> Int {
        let path = core.durations[job] + core.tails[job]
        switch self {
        case .fileOrder: return 0
        case .longestFirst: return core.durations[job]
        case .criticalPath: return path
        case .heavyFirst: return core.isBulky(job) ? path + 1 << 50 : path
        case .mostWorkBehind:
            return core.durations[job]
                + core.successors.range(job).reduce(0) { $0 + core.durations[core.successors.items[$1]] }
        case .largestFirst: return Int(Double(core.durations[job]) * core.share(job))
        }
    }
}

extension Core {
    /// The largest part of a resource that a job holds, of those that not every job could hold at once.
    func share(_ job: Int) -> Double {
        capacities.indices.reduce(0) { share, resource in
            let demand = demands[job * capacities.count + resource]
            return demand == 0 ? share : max(share, Double(demand) / Double(capacities[resource]))
        }
    }

    /// Whether a job holds more than half of something, so that no two of its kind run together.
    func isBulky(_ job: Int) -> Bool { share(job) > 0.5 }
}
