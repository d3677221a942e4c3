extension Problem {
    /// The problem of planning these jobs on this machine, in milliseconds.
    ///
    /// A duration counts for at least one tick, since its job holds a slot. What is warm on the machine, or is made warm by
    /// a job that must have ended, is taken off at once; the rest depends on the start.
    ///
    /// - Throws: `PlanFault` with all that is wrong with the jobs.
    package init(_ jobs: [Job], on machine: Machine) throws(PlanFault) {
        guard jobs.count <= Self.largestCount else { throw PlanFault([.tooMany(jobs.count)]) }
        let reading = JobReading(jobs, on: machine)
        guard reading.faults.isEmpty else { throw PlanFault(reading.faults) }
        let folded = FoldedWarmth(jobs, predecessors: reading.predecessors, warm: machine.warm)
        try self.init(
            durations: folded.durations, demands: reading.demands, capacities: reading.capacities,
            predecessors: reading.predecessors, releases: jobs.map { $0.release.ticks }, names: jobs.map(\.id.text),
            resources: reading.resources, priorities: jobs.map(\.priority), warming: folded.warming)
    }
}

/// Jobs as rows of numbers, and what is wrong with them.
private struct JobReading {
    let resources: [Resource]
    let capacities: [Int]
    let demands: [[Int]]
    private(set) var predecessors: [[Int]] = []
    private(set) var faults: [PlanFault.Kind] = []

    init(_ jobs: [Job], on machine: Machine) {
        resources = Set(jobs.flatMap(\.holds.resources) + machine.capacity.resources + [.slots]).sorted()
        capacities = resources.map { machine.capacity[$0] }
        demands = jobs.map { [resources] job in resources.map { job.holds[$0] } }
        for resource in resources {
            let bounds = resource == .slots ? 1...Problem.largestCount : 0...(Int.max >> 1)
            guard !bounds.contains(machine.capacity[resource]) else { continue }
            faults.append(.capacity(resource, machine.capacity[resource]))
        }
        let numbers = number(jobs)
        for job in jobs {
            check(job, on: machine)
            predecessors.append(job.predecessors.compactMap { numbers[$0] })
            for missing in job.predecessors where numbers[missing] == nil {
                faults.append(.unknownPredecessor(job.id, missing))
            }
        }
        faults += PlanFault.Kind.cycles(in: predecessors) { jobs[$0].id }
    }

    /// Where each name stands; a name that is taken is a fault, and stands for its first job.
    private mutating func number(_ jobs: [Job]) -> [Job.ID: Int] {
        var numbers: [Job.ID: Int] = [:]
        for (index, job) in jobs.enumerated() {
            if numbers[job.id] != nil {
                faults.append(.duplicate(job.id))
            } else {
                numbers[job.id] = index
            }
        }
        return numbers
    }

    private mutating func check(_ job: Job, on machine: Machine) {
        let limit = Duration.zero...Duration.milliseconds(Problem.longestTime)
        if !limit.contains(job.duration.expected) { faults.append(.duration(job.id, job.duration.expected)) }
        if !limit.contains(job.release) { faults.append(.release(job.id, job.release)) }
        for affinity in job.affinities where !limit.contains(affinity.saves) {
            faults.append(.saving(job.id, affinity.warmth, affinity.saves))
        }
        for resource in job.demand.resources where job.demand[resource] < 0 {
            faults.append(.negativeDemand(job.id, resource, job.demand[resource]))
        }
        let holds = job.holds
        for resource in holds.resources where holds[resource] > max(0, machine.capacity[resource]) {
            faults.append(
                .neverFits(job.id, resource, needs: holds[resource], available: machine.capacity[resource]))
        }
    }
}

/// Durations with everything taken off that is sure to be warm, and what stays open.
private struct FoldedWarmth {
    let durations: [Int]
    let warming: Warming?

    init(_ jobs: [Job], predecessors: [[Int]], warm: Set<Warmth>) {
        var warmers: [Warmth: [Int]] = [:]
        for (index, job) in jobs.enumerated() {
            for warmth in Set(job.warms) { warmers[warmth, default: []].append(index) }
        }
        let ancestors = jobs.contains { !$0.affinities.isEmpty } ? Self.ancestors(predecessors) : []
        var open: [Warmth: [Int: Int]] = [:]
        durations = jobs.enumerated().map { index, job in
            var sure = warm
            for affinity in job.affinities where !warm.contains(affinity.warmth) {
                guard let sources = warmers[affinity.warmth], sources != [index] else { continue }
                if sources.contains(where: { ancestors[index].contains($0) }) {
                    sure.insert(affinity.warmth)
                } else {
                    open[affinity.warmth, default: [:]][index, default: 0] += affinity.saves.ticks
                }
            }
            return max(Warming.shortest, job.duration(warm: sure).ticks)
        }
        let sources = open.keys.sorted().map { warmth in
            Warming.Source(warmth, warmers: warmers[warmth] ?? [], savings: open[warmth] ?? [:])
        }
        warming = sources.isEmpty ? nil : Warming(sources)
    }

    /// All jobs before each, through any number of others; empty where they wait in a circle.
    private static func ancestors(_ predecessors: [[Int]]) -> [Set<Int>] {
        var ancestors = [Set<Int>](repeating: [], count: predecessors.count)
        for job in TopologicalOrder.of(predecessors) {
            for before in predecessors[job] { ancestors[job].formUnion(ancestors[before].union([before])) }
        }
        return ancestors
    }
}

extension Duration {
    /// Milliseconds, rounded up.
    var ticks: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
