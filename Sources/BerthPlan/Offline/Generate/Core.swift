/// A problem as the generators and bounds use it: jobs in topological order, flat arrays, heads and tails.
///
/// Forwards it is the problem; mirrored it is the problem with time running backwards, where releases and deliveries have
/// changed places. A delivery is the time that must pass between a job's end and the end of the schedule.
struct Core: Sendable {
    let count: Int
    /// The number that each job has in the problem.
    let origin: ContiguousArray<Int>
    /// Ticks, the shortest where they depend on the start.
    let durations: ContiguousArray<Int>
    let releases: ContiguousArray<Int>
    let deliveries: ContiguousArray<Int>
    let predecessors: Links
    let successors: Links
    let capacities: ContiguousArray<Int>
    /// `count` rows of `capacities.count` amounts.
    let demands: ContiguousArray<Int>
    let packing: Packing
    /// The earliest start of each by precedence and releases alone.
    let heads: ContiguousArray<Int>
    /// The least time from the end of each to the end of the schedule.
    let tails: ContiguousArray<Int>
    /// Durations that depend on the start, over core numbers.
    let warming: Warming?
    let coldDurations: ContiguousArray<Int>

    init(_ problem: Problem) {
        let order = TopologicalOrder.of(problem.predecessors)
        var place = [Int](repeating: 0, count: order.count)
        for (index, job) in order.enumerated() { place[job] = index }
        self.init(
            origin: order,
            durations: order.map { job in
                let cold = problem.durations[job]
                return problem.warming?.shortest(job, cold: cold) ?? cold
            },
            releases: order.map { problem.releases[$0] }, deliveries: order.map { _ in 0 },
            predecessors: order.map { job in problem.predecessors[job].map { place[$0] } },
            capacities: problem.capacities,
            demands: order.map { job in problem.capacities.indices.map { problem.demand(job, $0) } },
            warming: problem.warming?.renumbered(place), coldDurations: order.map { problem.durations[$0] })
    }

    init(
        origin: [Int], durations: [Int], releases: [Int], deliveries: [Int], predecessors: [[Int]], capacities: [Int],
        demands: [[Int]], warming: Warming?, coldDurations: [Int]
    ) {
        count = origin.count
        self.origin = ContiguousArray(origin)
        self.durations = ContiguousArray(durations)
        self.releases = ContiguousArray(releases)
        self.deliveries = ContiguousArray(deliveries)
        self.predecessors = Links(predecessors)
        successors = self.predecessors.reversed()
        self.capacities = ContiguousArray(capacities)
        self.demands = ContiguousArray(demands.joined())
        packing = Packing(demands: demands, capacities: capacities)
        heads = LongestPaths.heads(self.releases, self.durations, self.predecessors)
        tails = LongestPaths.tails(self.deliveries, self.durations, successors)
        self.warming = warming
        self.coldDurations = ContiguousArray(coldDurations)
    }

    /// The same with time running backwards: job `i` is job `count - 1 - i` there.
    func mirrored() -> Core {
        let jobs = Array((0..<count).reversed())
        return Core(
            origin: jobs.map { origin[$0] }, durations: jobs.map { durations[$0] },
            releases: jobs.map { deliveries[$0] }, deliveries: jobs.map { releases[$0] },
            predecessors: jobs.map { job in successors.range(job).map { count - 1 - successors.items[$0] } },
            capacities: Array(capacities),
            demands: jobs.map { job in capacities.indices.map { demands[job * capacities.count + $0] } },
            warming: nil, coldDurations: jobs.map { durations[$0] })
    }
}

/// Longest paths through the precedence graph, jobs in topological order.
enum LongestPaths {
    /// From the start of the schedule to the start of each job.
    static func heads(
        _ releases: ContiguousArray<Int>, _ durations: ContiguousArray<Int>, _ predecessors: Links
    ) -> ContiguousArray<Int> {
        var heads = releases
        for job in heads.indices {
            for place in predecessors.range(job) {
                let before = predecessors.items[place]
                heads[job] = max(heads[job], heads[before] + durations[before])
            }
        }
        return heads
    }

    /// From the end of each job to the end of the schedule.
    static func tails(
        _ deliveries: ContiguousArray<Int>, _ durations: ContiguousArray<Int>, _ successors: Links
    ) -> ContiguousArray<Int> {
        var tails = deliveries
        for job in tails.indices.reversed() {
            for place in successors.range(job) {
                let after = successors.items[place]
                tails[job] = max(tails[job], tails[after] + durations[after])
            }
        }
        return tails
    }
}
