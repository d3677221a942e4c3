/// Exact search: goes through time, and at each moment tries every set of jobs that can start together.
///
/// Extension alternatives after Stinson, Davis and Khumawala ("Multiple resource-constrained scheduling using branch and
/// bound", AIIE Transactions 10, 1978) with three ways to cut: a job that could have started before is not started now
/// (left-shift dominance); a partial schedule that is no better than one tried before is left (`StateTable`); what is left
/// must fit between now and each job's latest end (precedence and work).
///
/// Why the first two don't cut each other's reason away: both point to a schedule that comes earlier in the order of the
/// search, in which a job's start goes before its waiting. So the first of the best schedules is never cut.
struct BranchAndBound {
    let core: Core
    let limits: [WorkLimit]
    let exclusion: Exclusion
    /// The best schedule found here, better than what was asked for, if there is one.
    private(set) var found: Incumbent?
    /// Whether all schedules were looked at.
    private(set) var isComplete = false
    private(set) var nodes = 0

    /// A schedule must end by this.
    private var target: Int
    private(set) var earliest: ContiguousArray<Int> = []
    private(set) var latest: ContiguousArray<Int> = []
    private(set) var byDeadline: ContiguousArray<Int> = []
    private let ranking: ContiguousArray<Int>
    let waitsFor: ContiguousArray<UInt64>
    let all: UInt64

    private(set) var starts: ContiguousArray<Int>
    private(set) var ends: ContiguousArray<Int>
    var soonest: ContiguousArray<Int>
    private(set) var started: UInt64 = 0
    private var free: UInt64
    private(set) var history = FreeHistory()
    private var table: StateTable
    private var nodeLimit = 0
    private var isOver = false

    /// Whether a core is small enough: one bit for each job, one word for each demand.
    static func canSearch(_ core: Core) -> Bool { (1...64).contains(core.count) && core.packing.words == 1 }

    /// A search for a schedule that ends before `bound`, over a core without jobs that take no time.
    init(_ core: Core, _ limits: [WorkLimit], _ exclusion: Exclusion, below bound: Int, states: Int) {
        (self.core, self.limits, self.exclusion) = (core, limits, exclusion)
        target = bound - 1
        ranking = ContiguousArray(
            (0..<core.count).sorted {
                (-core.tails[$0] - core.durations[$0], $0) < (-core.tails[$1] - core.durations[$1], $1)
            })
        waitsFor = ContiguousArray(
            (0..<core.count).map { job in
                core.predecessors.range(job).reduce(0) { $0 | 1 << UInt64(core.predecessors.items[$1]) }
            })
        all = core.count == 64 ? .max : 1 << UInt64(core.count) - 1
        starts = ContiguousArray(repeating: 0, count: core.count)
        (ends, soonest) = (starts, starts)
        free = core.packing.full[0]
        table = StateTable(most: states)
    }

    /// Searches so many nodes at most.
    mutating func run(nodes most: Int, shouldStop: () -> Bool) {
        nodeLimit = most
        if narrow() { advance(from: -1, active: 0, shouldStop) }
        isComplete = !isOver
    }

    /// Takes the windows of the target, and says whether it may still be met.
    private mutating func narrow() -> Bool {
        var windows = Windows(core, limits, exclusion, target: target)
        guard windows.tighten(rounds: 8) else { return false }
        (earliest, latest) = (windows.earliest, windows.latest)
        byDeadline = ContiguousArray((0..<core.count).sorted { (latest[$0], $0) < (latest[$1], $1) })
        return true
    }

    /// Tries all that can start after a moment, moment by moment.
    private mutating func advance(from now: Int, active: UInt64, _ shouldStop: () -> Bool) {
        let depth = history.count
        let freeBefore = free
        var (active, time) = (active, now)
        while let next = nextMoment(after: time, active), !isOver, canWait(until: next) {
            if time >= 0 { history.push(from: time, free: free) }
            time = next
            var bits = active
            while bits != 0 {
                let job = bits.trailingZeroBitCount
                bits &= bits - 1
                if ends[job] <= time {
                    free &+= core.packing.demands[job]
                    active &= ~(1 << UInt64(job))
                }
            }
            choose(from: 0, at: time, active, startedHere: false, shouldStop)
        }
        history.cut(to: depth)
        free = freeBefore
    }

    /// Tries the sets that can start at a moment, larger ones first.
    private mutating func choose(
        from place: Int, at time: Int, _ active: UInt64, startedHere: Bool, _ shouldStop: () -> Bool
    ) {
        let demands = core.packing.demands
        let guards = core.packing.guards[0]
        for place in place..<core.count {
            let job = ranking[place]
            let bit: UInt64 = 1 << UInt64(job)
            guard started & bit == 0, earliest[job] <= time, waitsFor[job] & ~started == 0, waitsFor[job] & active == 0,
                (free &- demands[job]) & guards == guards
            else { continue }
            let end = time + duration(job, at: time)
            guard end <= latest[job], !couldStartBefore(job, time, guards) else { continue }
            (starts[job], ends[job]) = (time, end)
            started |= bit
            free &-= demands[job]
            choose(from: place + 1, at: time, active | bit, startedHere: true, shouldStop)
            free &+= demands[job]
            started &= ~bit
            if isOver { return }
        }
        if startedHere { close(at: time, active, shouldStop) }
    }

    /// Goes on from a set of jobs that start at a moment, unless nothing better can come of it.
    private mutating func close(at time: Int, _ active: UInt64, _ shouldStop: () -> Bool) {
        nodes += 1
        if nodes >= nodeLimit || nodes & 255 == 0 && shouldStop() {
            isOver = true
            return
        }
        guard started != all else { return record() }
        guard let next = nextMoment(after: time, active), canMeetTarget(from: next, active) else { return }
        if table.isDominated(started: started, time: time, next: next, active: active, allEnds: ends) { return }
        advance(from: time, active: active, shouldStop)
    }

    private mutating func record() {
        let makespan = (0..<core.count).reduce(0) { max($0, ends[$1] + core.deliveries[$1]) }
        guard makespan <= target else { return }
        found = Incumbent(makespan: makespan, starts: starts, ends: ends)
        target = makespan - 1
        // No window left: the search ends by itself, since no job may start any more.
        if !narrow() { latest = ContiguousArray(repeating: -1, count: core.count) }
    }
}
