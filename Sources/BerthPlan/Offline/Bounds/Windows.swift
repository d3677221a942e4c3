/// The times between which each job must run if the schedule is to end by a target, made narrower until nothing changes.
///
/// If a window becomes too small for its job, no schedule ends by the target: the destructive bound (Klein and Scholl,
/// "Computing lower bounds by destructive improvement", EJOR 112, 1999). Rules: precedence; pairs that exclude each other;
/// energetic reasoning with heads and tails moved (Baptiste, Le Pape and Nuijten, "Satisfiability tests and time-bound
/// adjustments for cumulative scheduling problems", Annals of OR 92, 1999).
struct Windows {
    let core: Core
    let limits: [WorkLimit]
    let exclusion: Exclusion
    /// The earliest start of each.
    private(set) var earliest: ContiguousArray<Int>
    /// The latest end of each.
    private(set) var latest: ContiguousArray<Int>
    private var changed = false

    init(_ core: Core, _ limits: [WorkLimit], _ exclusion: Exclusion, target: Int) {
        (self.core, self.limits, self.exclusion) = (core, limits, exclusion)
        earliest = core.heads
        latest = ContiguousArray(core.tails.map { target - $0 })
    }

    /// Narrows all windows, so many rounds at most, and says whether the target may still be met.
    mutating func tighten(rounds: Int) -> Bool {
        for _ in 0..<rounds {
            changed = false
            guard followPrecedence(), followExclusion() else { return false }
            for limit in limits { guard reason(limit) else { return false } }
            if !changed { return true }
        }
        return followPrecedence()
    }

    private mutating func raise(_ job: Int, to start: Int) {
        if start > earliest[job] {
            earliest[job] = start
            changed = true
        }
    }

    private mutating func lower(_ job: Int, to end: Int) {
        if end < latest[job] {
            latest[job] = end
            changed = true
        }
    }

    private func isPossible(_ job: Int) -> Bool { earliest[job] + core.durations[job] <= latest[job] }

    private mutating func followPrecedence() -> Bool {
        for job in 0..<core.count {
            for place in core.predecessors.range(job) {
                let before = core.predecessors.items[place]
                raise(job, to: earliest[before] + core.durations[before])
            }
        }
        for job in (0..<core.count).reversed() {
            for place in core.successors.range(job) {
                let after = core.successors.items[place]
                lower(job, to: latest[after] - core.durations[after])
            }
            guard isPossible(job) else { return false }
        }
        return true
    }

    /// Of two that exclude each other, one that can't go first goes second.
    private mutating func followExclusion() -> Bool {
        for job in 0..<core.count where core.durations[job] > 0 {
            for other in 0..<core.count where exclusion.excluded[job * core.count + other] {
                guard core.durations[other] > 0 else { continue }
                guard earliest[job] + core.durations[job] > latest[other] - core.durations[other] else { continue }
                raise(job, to: earliest[other] + core.durations[other])
                lower(other, to: latest[job] - core.durations[job])
                guard isPossible(job), isPossible(other) else { return false }
            }
        }
        return true
    }

    /// Energetic reasoning: in each span of time, what must run there against what there is.
    private mutating func reason(_ limit: WorkLimit) -> Bool {
        let jobs = ContiguousArray((0..<core.count).filter { limit.weights[$0] > 0 && core.durations[$0] > 0 })
        let from = Set(jobs.map { earliest[$0] } + jobs.map { latest[$0] - core.durations[$0] }).sorted()
        let until = Set(jobs.map { latest[$0] } + jobs.map { earliest[$0] + core.durations[$0] }).sorted()
        for start in from {
            for end in until where end > start {
                guard reason(limit, jobs, start, end) else { return false }
            }
        }
        return true
    }

    @inline(__always)
    private mutating func reason(_ limit: WorkLimit, _ jobs: ContiguousArray<Int>, _ start: Int, _ end: Int) -> Bool {
        let available = limit.capacity * (end - start)
        var needed = 0
        for job in jobs { needed += limit.weights[job] * forced(job, start, end) }
        guard needed <= available else { return false }
        // A job can be moved only where there is less left than it could take.
        for job in jobs {
            let duration = core.durations[job]
            let weight = limit.weights[job]
            guard needed + weight * min(duration, end - start) > available else { continue }
            let left = (available - needed + weight * forced(job, start, end)) / weight
            let atFirst = min(duration, max(0, earliest[job] + duration - start), end - start)
            if left < atFirst && earliest[job] < end { raise(job, to: end - left) }
            let atLast = min(duration, max(0, end - (latest[job] - duration)), end - start)
            if left < atLast && latest[job] > start { lower(job, to: start + left) }
            guard isPossible(job) else { return false }
        }
        return true
    }

    /// Ticks that a job runs within a span at least, wherever its window lets it lie.
    @inline(__always)
    private func forced(_ job: Int, _ start: Int, _ end: Int) -> Int {
        let duration = core.durations[job]
        return max(
            0, min(duration, end - start, earliest[job] + duration - start, end - (latest[job] - duration)))
    }
}
