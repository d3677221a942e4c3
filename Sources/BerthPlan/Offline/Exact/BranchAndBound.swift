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
    private var earliest: ContiguousArray<Int> = []
    private var latest: ContiguousArray<Int> = []
    private var byDeadline: ContiguousArray<Int> = []
    private let ranking: ContiguousArray<Int>
    private let waitsFor: ContiguousArray<UInt64>
    private let all: UInt64

    private var starts: ContiguousArray<Int>
    private var ends: ContiguousArray<Int>
    private var soonest: ContiguousArray<Int>
    private var started: UInt64 = 0
    private var free: UInt64
    private var history = FreeHistory()
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
        if nodes >= nodeLimit || nodes & 1023 == 0 && shouldStop() {
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

// Times and bounds.
extension BranchAndBound {
    private func duration(_ job: Int, at time: Int) -> Int {
        guard let warming = core.warming else { return core.durations[job] }
        return warming.duration(job, cold: core.coldDurations[job], startingAt: time) {
            started >> UInt64($0) & 1 == 1 ? ends[$0] : .max
        }
    }

    /// The next moment at which something ends or is released.
    private func nextMoment(after time: Int, _ active: UInt64) -> Int? {
        var next = Int.max
        var bits = active
        while bits != 0 {
            next = min(next, ends[bits.trailingZeroBitCount])
            bits &= bits - 1
        }
        bits = all & ~started
        while bits != 0 {
            let release = core.releases[bits.trailingZeroBitCount]
            if release > time { next = min(next, release) }
            bits &= bits - 1
        }
        return next == .max ? nil : next
    }

    /// Whether every job that has not started can still start at a moment or later.
    private func canWait(until time: Int) -> Bool {
        var bits = all & ~started
        while bits != 0 {
            let job = bits.trailingZeroBitCount
            if time + core.durations[job] > latest[job] { return false }
            bits &= bits - 1
        }
        return true
    }

    /// Whether a job that starts at a moment could have started before, with all else as it is.
    private func couldStartBefore(_ job: Int, _ time: Int, _ guards: UInt64) -> Bool {
        var ready = core.releases[job]
        for place in core.predecessors.range(job) { ready = max(ready, ends[core.predecessors.items[place]]) }
        guard ready < time else { return false }
        let demand = core.packing.demands[job]
        var (end, index) = (time, history.count - 1)
        while index >= 0, end > ready {
            let from = max(ready, history.times[index])
            if (history.free[index] &- demand) & guards != guards {
                end = history.times[index]
            } else if end == time {
                if core.warming == nil || duration(job, at: from) == duration(job, at: time) { return true }
                end = from
            } else if end - from >= core.coldDurations[job] {
                return true
            }
            index -= 1
        }
        return false
    }

    /// Whether what has not started fits between a moment and the latest ends, by precedence and by work.
    private mutating func canMeetTarget(from next: Int, _ active: UInt64) -> Bool {
        for job in 0..<core.count where started >> UInt64(job) & 1 == 0 {
            var start = max(next, earliest[job])
            for place in core.predecessors.range(job) {
                let before = core.predecessors.items[place]
                start = max(
                    start, started >> UInt64(before) & 1 == 1 ? ends[before] : soonest[before] + core.durations[before])
            }
            soonest[job] = start
            if start + core.durations[job] > latest[job] { return false }
        }
        return limits.allSatisfy { fits($0, from: next, active) }
    }

    private func fits(_ limit: WorkLimit, from next: Int, _ active: UInt64) -> Bool {
        var work = 0
        var bits = active
        while bits != 0 {
            let job = bits.trailingZeroBitCount
            work += limit.weights[job] * max(0, ends[job] - next)
            bits &= bits - 1
        }
        for job in byDeadline where started >> UInt64(job) & 1 == 0 && limit.weights[job] > 0 {
            work += limit.weights[job] * core.durations[job]
            let available = limit.capacity * (latest[job] - next)
            if work > available, work - surplus(limit, after: latest[job], active) > available { return false }
        }
        return true
    }

    /// What running jobs do of their work after a moment.
    private func surplus(_ limit: WorkLimit, after time: Int, _ active: UInt64) -> Int {
        var surplus = 0
        var bits = active
        while bits != 0 {
            let job = bits.trailingZeroBitCount
            surplus += limit.weights[job] * max(0, ends[job] - time)
            bits &= bits - 1
        }
        return surplus
    }
}

/// What was free from each moment on, up to the next.
private struct FreeHistory {
    private(set) var times: ContiguousArray<Int> = []
    private(set) var free: ContiguousArray<UInt64> = []

    var count: Int { times.count }

    mutating func push(from time: Int, free: UInt64) {
        times.append(time)
        self.free.append(free)
    }

    mutating func cut(to count: Int) {
        times.removeLast(times.count - count)
        free.removeLast(free.count - count)
    }
}
