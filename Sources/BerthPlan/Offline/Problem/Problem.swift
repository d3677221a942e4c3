/// What is to be planned, in whole numbers: the resource-constrained project scheduling problem.
///
/// Jobs are numbered from zero in the order given. Times are in ticks: milliseconds for jobs, whatever the file means for
/// a Patterson file. Notation: Brucker, Drexl, Möhring, Neumann, Pesch, "Resource-constrained project scheduling", EJOR 112
/// (1999), PS | prec, r_j | C_max.
package struct Problem: Sendable {
    /// What people call each job.
    package let names: [String]
    /// What is shared, and how much there is of each.
    package let resources: [Resource]
    package let capacities: [Int]
    /// Ticks that each job takes where nothing became warm on the way.
    package let durations: [Int]
    /// What each job holds: `count` rows of `capacities.count` amounts.
    package let demands: [Int]
    /// Jobs that must have ended before each starts.
    package let predecessors: [[Int]]
    /// The earliest start of each.
    package let releases: [Int]
    /// Higher goes first where all else is equal.
    package let priorities: [Int]
    /// Durations that get shorter while the plan runs, where there are any.
    package let warming: Warming?

    package var count: Int { durations.count }

    /// Most jobs that are planned at once.
    package static let largestCount = 10_000
    /// Longest duration and latest release, so that no sum overflows: 35 days in milliseconds, when GitHub ends any run.
    package static let longestTime = 35 * 24 * 3_600_000

    /// A problem without faults, or all its faults.
    ///
    /// - Throws: `PlanFault` with every duration, demand, predecessor and cycle that is wrong.
    package init(
        durations: [Int], demands: [[Int]], capacities: [Int], predecessors: [[Int]], releases: [Int]? = nil,
        names: [String]? = nil, resources: [Resource]? = nil, priorities: [Int]? = nil, warming: Warming? = nil
    ) throws(PlanFault) {
        self.durations = durations
        self.capacities = capacities
        self.demands = demands.flatMap { $0 }
        self.predecessors = predecessors.map { Array(Set($0)).sorted() }
        self.releases = releases ?? durations.map { _ in 0 }
        self.names = names ?? durations.indices.map { "\($0 + 1)" }
        self.resources = resources ?? capacities.indices.map { Resource("resource \($0 + 1)") }
        self.priorities = priorities ?? durations.map { _ in 0 }
        self.warming = warming
        let rows = [demands.count, predecessors.count, self.releases.count, self.names.count, self.priorities.count]
        let widths = demands.map(\.count) + [self.resources.count]
        guard rows.allSatisfy({ $0 == durations.count }), widths.allSatisfy({ $0 == capacities.count }) else {
            throw PlanFault([.shape])
        }
        let faults = self.faults
        guard faults.isEmpty else { throw PlanFault(faults) }
    }

    /// What a job holds of a resource.
    package func demand(_ job: Int, _ resource: Int) -> Int { demands[job * capacities.count + resource] }

    /// Ticks that a job takes when it starts at a moment in a schedule with these ends.
    package func duration(_ job: Int, startingAt start: Int, ends: [Int]) -> Int {
        warming?.duration(job, cold: durations[job], startingAt: start) { ends[$0] } ?? durations[job]
    }
}
