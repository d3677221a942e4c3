extension Core {
    /// The same without the jobs that take no time: heads and tails keep what they ask for.
    ///
    /// `origin` are numbers of this core.
    func contracted() -> Core {
        let kept = (0..<count).filter { durations[$0] > 0 }
        var place = [Int](repeating: -1, count: count)
        for (index, job) in kept.enumerated() { place[job] = index }
        // What each job waits for when the jobs without time are stepped over.
        var before = [[Int]](repeating: [], count: count)
        for job in 0..<count {
            let direct = predecessors.range(job).map { predecessors.items[$0] }
            before[job] = Set(direct.flatMap { place[$0] >= 0 ? [place[$0]] : before[$0] }).sorted()
        }
        return Core(
            origin: kept, durations: kept.map { durations[$0] }, releases: kept.map { heads[$0] },
            deliveries: kept.map { tails[$0] }, predecessors: kept.map { before[$0] }, capacities: Array(capacities),
            demands: kept.map { job in capacities.indices.map { demands[job * capacities.count + $0] } },
            warming: warming?.renumbered(place), coldDurations: kept.map { coldDurations[$0] })
    }

    /// A schedule of the contracted core with the jobs that take no time put back, each as early as it can be.
    func expanded(_ found: Incumbent, of contracted: Core) -> Incumbent {
        var (starts, ends) = (ContiguousArray(repeating: 0, count: count), ContiguousArray(repeating: 0, count: count))
        for job in 0..<contracted.count {
            starts[contracted.origin[job]] = found.starts[job]
            ends[contracted.origin[job]] = found.ends[job]
        }
        var makespan = 0
        for job in 0..<count {
            if durations[job] == 0 {
                starts[job] = predecessors.range(job).reduce(releases[job]) { max($0, ends[predecessors.items[$1]]) }
                ends[job] = starts[job]
            }
            makespan = max(makespan, ends[job] + deliveries[job])
        }
        return Incumbent(makespan: makespan, starts: starts, ends: ends)
    }
}
