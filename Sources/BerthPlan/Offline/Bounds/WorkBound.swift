/// How soon a schedule can end by work alone: all jobs that start late and have a long way to go share what there is.
///
/// For each limit and each pair of a head and a tail: the head, the work of the jobs with at least this head and this tail,
/// spread over the capacity, and the tail. Where the capacity is one this is the preemptive bound of one machine with heads
/// and tails (Carlier, "The one-machine sequencing problem", EJOR 11, 1982).
enum WorkBound {
    /// Heads that are looked at, at most about: any of them give a bound.
    private static let heads = 512

    /// The highest bound over all limits, and over precedence alone.
    static func bound(_ core: Core, _ limits: [WorkLimit]) -> Int {
        let path = (0..<core.count).reduce(0) { max($0, core.heads[$1] + core.durations[$1] + core.tails[$1]) }
        return limits.reduce(path) { max($0, bound(core, $1)) }
    }

    private static func bound(_ core: Core, _ limit: WorkLimit) -> Int {
        let jobs = (0..<core.count).filter { limit.weights[$0] > 0 && core.durations[$0] > 0 }
        let byHead = jobs.sorted { (core.heads[$0], $0) > (core.heads[$1], $1) }
        let byTail = jobs.sorted { (core.tails[$0], $0) > (core.tails[$1], $1) }
        var inside = ContiguousArray<Bool>(repeating: false, count: core.count)
        var best = 0
        let stride = 1 + jobs.count / heads
        for (place, first) in byHead.enumerated() {
            inside[first] = true
            let head = core.heads[first]
            let isLast = place + 1 == byHead.count
            if !isLast, place % stride != 0 || core.heads[byHead[place + 1]] == head { continue }
            var work = 0
            for job in byTail where inside[job] {
                work += limit.weights[job] * core.durations[job]
                best = max(best, head + (work + limit.capacity - 1) / limit.capacity + core.tails[job])
            }
        }
        return best
    }
}
