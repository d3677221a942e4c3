// Moments, and what can still be met from them.
extension BranchAndBound {
    func duration(_ job: Int, at time: Int) -> Int {
        guard let warming = core.warming else { return core.durations[job] }
        return warming.duration(job, cold: core.coldDurations[job], startingAt: time) {
            started >> UInt64($0) & 1 == 1 ? ends[$0] : .max
        }
    }

    /// The next moment at which something ends or is released.
    func nextMoment(after time: Int, _ active: UInt64) -> Int? {
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
    func canWait(until time: Int) -> Bool {
        var bits = all & ~started
        while bits != 0 {
            let job = bits.trailingZeroBitCount
            if time + core.durations[job] > latest[job] { return false }
            bits &= bits - 1
        }
        return true
    }

    /// Whether a job that starts at a moment could have started before, with all else as it is.
    func couldStartBefore(_ job: Int, _ time: Int, _ guards: UInt64) -> Bool {
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
    mutating func canMeetTarget(from next: Int, _ active: UInt64) -> Bool {
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
