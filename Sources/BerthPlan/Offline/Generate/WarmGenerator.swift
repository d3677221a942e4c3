/// Parallel schedule generation where durations depend on the start: goes through time, and at each moment starts what fits,
/// in the order of a list.
///
/// A job waits, although it fits, where something that becomes warm later lets it end earlier (Kolisch 1996 for the method;
/// the waiting is our own).
struct WarmGenerator {
    let core: Core
    let warming: Warming
    private(set) var starts: ContiguousArray<Int>
    private(set) var ends: ContiguousArray<Int>
    private var free: ContiguousArray<UInt64> = []
    private var running: [Int] = []

    init(_ core: Core, _ warming: Warming) {
        (self.core, self.warming) = (core, warming)
        starts = ContiguousArray(repeating: 0, count: core.count)
        ends = starts
    }

    /// Makes the schedule of a list, and says when it ends.
    mutating func generate(_ order: ContiguousArray<Int>) -> Int {
        for job in 0..<core.count { ends[job] = .max }
        free = core.packing.full
        running.removeAll(keepingCapacity: true)
        var (waiting, now, makespan) = (Array(order), 0, 0)
        while !waiting.isEmpty {
            release(at: now)
            var started = false
            for job in waiting where isReady(job, at: now) && fits(job) && !gainsByWaiting(job, at: now) {
                start(job, at: now)
                makespan = max(makespan, ends[job])
                started = true
            }
            waiting.removeAll { ends[$0] < .max }
            // Jobs that take no time may have made others ready at the same moment.
            if !started { now = nextMoment(after: now, waiting) }
        }
        return makespan
    }

    private mutating func release(at now: Int) {
        for job in running where ends[job] <= now { change(job, by: &+) }
        let ends = ends
        running.removeAll { ends[$0] <= now }
    }

    private func isReady(_ job: Int, at now: Int) -> Bool {
        core.releases[job] <= now
            && core.predecessors.range(job).allSatisfy { ends[core.predecessors.items[$0]] <= now }
    }

    private func fits(_ job: Int) -> Bool {
        let words = core.packing.words
        return (0..<words).allSatisfy { word in
            let mask = core.packing.guards[word]
            return (free[word] &- core.packing.demands[job * words + word]) & mask == mask
        }
    }

    private func duration(_ job: Int, at time: Int) -> Int {
        warming.duration(job, cold: core.coldDurations[job], startingAt: time) { ends[$0] }
    }

    private func gainsByWaiting(_ job: Int, at now: Int) -> Bool {
        let end = now + duration(job, at: now)
        return running.contains { ends[$0] + duration(job, at: ends[$0]) < end }
    }

    private mutating func start(_ job: Int, at now: Int) {
        starts[job] = now
        ends[job] = now + duration(job, at: now)
        guard ends[job] > now else { return }
        change(job, by: &-)
        running.append(job)
    }

    private mutating func change(_ job: Int, by operation: (UInt64, UInt64) -> UInt64) {
        let words = core.packing.words
        for word in 0..<words { free[word] = operation(free[word], core.packing.demands[job * words + word]) }
    }

    private func nextMoment(after now: Int, _ waiting: [Int]) -> Int {
        let moments = running.map { ends[$0] } + waiting.map { core.releases[$0] }.filter { $0 > now }
        return moments.min() ?? now + 1
    }
}
