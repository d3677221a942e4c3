/// Serial schedule generation: takes jobs in the order of a list and starts each as early as what is placed already allows.
///
/// A list in which each job comes after those it waits for gives an active schedule, and some list gives an optimal one
/// (Kolisch, "Serial and parallel resource-constrained project scheduling methods revisited", EJOR 90, 1996). Durations must
/// not depend on the start. The profile is a chain of points in time, each with what is free from there on; a job remembers
/// the point of its end, so its successors need no search.
struct SerialGenerator {
    let core: Core
    private(set) var starts: ContiguousArray<Int>
    private(set) var ends: ContiguousArray<Int>
    private var times: ContiguousArray<Int> = []
    private var next: ContiguousArray<Int> = []
    private var free: ContiguousArray<UInt64> = []
    private var endPoints: ContiguousArray<Int>

    init(_ core: Core) {
        self.core = core
        starts = ContiguousArray(repeating: 0, count: core.count)
        (ends, endPoints) = (starts, starts)
        times.reserveCapacity(2 * core.count + 2)
        next.reserveCapacity(2 * core.count + 2)
        free.reserveCapacity((2 * core.count + 2) * core.packing.words)
    }

    /// Makes the schedule of a list, and says when it ends, deliveries included.
    mutating func generate(_ order: ContiguousArray<Int>) -> Int {
        times.removeAll(keepingCapacity: true)
        next.removeAll(keepingCapacity: true)
        free.removeAll(keepingCapacity: true)
        times.append(0)
        next.append(-1)
        free.append(contentsOf: core.packing.full)
        var makespan = 0
        for job in order {
            let end = place(job)
            makespan = max(makespan, end + core.deliveries[job])
        }
        return makespan
    }

    private mutating func place(_ job: Int) -> Int {
        var (point, latest) = (0, 0)
        for place in core.predecessors.range(job) {
            let before = core.predecessors.items[place]
            if ends[before] > latest { (point, latest) = (endPoints[before], ends[before]) }
        }
        var earliest = max(core.releases[job], latest)
        while next[point] >= 0, times[next[point]] <= earliest { point = next[point] }
        let duration = core.durations[job]
        if duration > 0 { (point, earliest) = gap(for: job, duration, from: point, earliest) }
        let end = earliest + duration
        starts[job] = earliest
        ends[job] = end
        if times[point] < earliest { point = split(point, at: earliest) }
        endPoints[job] = take(job, from: point, until: end)
        return end
    }

    /// The first point and time from which the job fits for all of its duration.
    @inline(__always)
    private func gap(for job: Int, _ duration: Int, from point: Int, _ earliest: Int) -> (Int, Int) {
        var (first, start, point) = (point, earliest, point)
        while true {
            let following = next[point]
            if !fits(job, point) {
                // The last point has everything free, so there is a following one.
                first = following
                start = times[following]
            } else if following < 0 || times[following] >= start + duration {
                return (first, start)
            }
            point = following
        }
    }

    @inline(__always)
    private func fits(_ job: Int, _ point: Int) -> Bool {
        let words = core.packing.words
        if words == 1 {
            let mask = core.packing.guards[0]
            return (free[point] &- core.packing.demands[job]) & mask == mask
        }
        for word in 0..<words {
            let mask = core.packing.guards[word]
            let rest = free[point * words + word] &- core.packing.demands[job * words + word]
            if rest & mask != mask { return false }
        }
        return true
    }

    /// A new point at a time between one and its next, with the same free.
    private mutating func split(_ point: Int, at time: Int) -> Int {
        let new = times.count
        let words = core.packing.words
        times.append(time)
        next.append(next[point])
        for word in 0..<words { free.append(free[point * words + word]) }
        next[point] = new
        return new
    }

    /// Takes what a job holds from a point until its end, and gives the point at its end.
    private mutating func take(_ job: Int, from point: Int, until end: Int) -> Int {
        let words = core.packing.words
        var point = point
        while times[point] < end {
            if next[point] < 0 || times[next[point]] > end { _ = split(point, at: end) }
            for word in 0..<words { free[point * words + word] &-= core.packing.demands[job * words + word] }
            point = next[point]
        }
        return point
    }
}
