/// One decision under way: what is free after the starts so far, and who still waits.
struct Decider {
    let policy: OnlinePolicy
    let state: OnlineState
    private var free: ResourceRow
    /// Places in the queue of those who still wait and could run on an empty machine.
    private var open: [Int]
    private let scores: [Double]
    /// Places in the queue of those who start.
    private(set) var started: [Int] = []
    private var decision = OnlineDecision()

    init(_ policy: OnlinePolicy, _ state: OnlineState) {
        (self.policy, self.state, free) = (policy, state, state.free)
        open = state.queue.indices.filter { state.queue[$0].row.fits(in: state.capacity) }
        scores = state.queue.indices.map { policy.ranking.score(state.queue[$0], index: $0, now: state.now) }
    }

    /// Starts one job after the other until none may start.
    mutating func decide(explaining: Bool) -> OnlineDecision {
        while let (index, reason) = next() {
            let entry = state.queue[index]
            free -= entry.row
            open.removeAll { $0 == index }
            started.append(index)
            decision.starts.append(.init(job: entry.job.id, reason: reason))
        }
        if explaining { decision.waits = waits() }
        return decision
    }

    private mutating func next() -> (Int, OnlineDecision.Start.Reason)? {
        decision.reservation = nil
        guard free[0] > 0, !open.isEmpty else {
            // Nothing can start, yet whoever asks may want to know for whom the next slot is.
            if let head = head() { decision.reservation = room(for: head)?.reservation(state, head) }
            return nil
        }
        switch policy.holding {
        case .greedy: return best()
        case .strict:
            guard let first = best(where: { _ in true }), fits(first.0) else { return nil }
            return first
        case .head, .overdue:
            guard let head = head() else { return best() }
            if fits(head) { return (head, reason(ofHead: head)) }
            return beside(head)
        }
    }

    /// The one job for whom room is kept if it doesn't fit.
    private func head() -> Int? {
        switch policy.holding {
        case .strict, .greedy: nil
        case .head: best(where: { _ in true })?.0
        case .overdue(let limit): open.first { state.queue[$0].age(at: state.now) >= limit }
        }
    }

    private func reason(ofHead head: Int) -> OnlineDecision.Start.Reason {
        guard case .overdue = policy.holding else { return .first }
        return .overdue(waited: state.queue[head].age(at: state.now))
    }

    private func fits(_ index: Int) -> Bool { state.queue[index].row.fits(in: free) }

    /// The best of those that fit, with its reason.
    private func best() -> (Int, OnlineDecision.Start.Reason)? {
        guard let (index, _) = best(where: { fits($0) }) else { return nil }
        guard let (first, _) = best(where: { _ in true }), first != index else { return (index, .first) }
        return (index, .fits(past: state.queue[first].job.id))
    }

    private func best(where isAllowed: (Int) -> Bool) -> (Int, OnlineDecision.Start.Reason)? {
        var best: Int?
        for index in open where isAllowed(index) {
            if let other = best, !precedes(index, other) { continue }
            best = index
        }
        return best.map { ($0, .first) }
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        if scores[left] != scores[right] { return scores[left] < scores[right] }
        let (first, second) = (state.queue[left].job, state.queue[right].job)
        if first.priority != second.priority { return first.priority > second.priority }
        if first.owner != second.owner {
            let (mine, theirs) = (load(of: first.owner), load(of: second.owner))
            if mine != theirs { return mine < theirs }
        }
        return left < right
    }

    /// Jobs of an owner that run, with those that start now.
    private func load(of owner: String) -> Int {
        state.running.count { $0.job.owner == owner } + started.count { state.queue[$0].job.owner == owner }
    }
}

extension Decider {
    /// The best of those that leave the head its room.
    private mutating func beside(_ head: Int) -> (Int, OnlineDecision.Start.Reason)? {
        guard let room = room(for: head) else { return best() }
        decision.reservation = room.reservation(state, head)
        let isEasy = policy.holding == .head
        let found = best { index in
            guard fits(index) else { return false }
            let end = state.now + .seconds(state.queue[index].estimate)
            return state.queue[index].row.fits(in: room.spare) || (isEasy && end <= room.expected)
        }
        return found.map { ($0.0, .beside(reserved: state.queue[head].job.id)) }
    }

    /// Where the head will find its room; nil where all running jobs together don't make it.
    private func room(for head: Int) -> HeadRoom? {
        var holders = state.running.map { Holder(id: $0.job.id, row: $0.row, end: $0.expectedEnd(at: state.now)) }
        holders += started.map { index in
            let entry = state.queue[index]
            return Holder(id: entry.job.id, row: entry.row, end: state.now + .seconds(entry.estimate))
        }
        // EASY trusts the estimates; the bound on the longest wait must not, and goes by start.
        if policy.holding == .head {
            holders = holders.enumerated().sorted { ($0.element.end, $0.offset) < ($1.element.end, $1.offset) }
                .map(\.element)
        }
        return HeadRoom(needs: state.queue[head].row, free: free, holders: holders, now: state.now)
    }

    private func waits() -> [OnlineDecision.Wait] {
        let isStarted = Set(started)
        let head = head().map { state.queue[$0].job.id } ?? best(where: { _ in true }).map { state.queue[$0.0].job.id }
        return state.queue.indices.compactMap { index in
            guard !isStarted.contains(index) else { return nil }
            let entry = state.queue[index]
            return .init(job: entry.job.id, reason: reason(entry, behind: head))
        }
    }

    private func reason(_ entry: QueuedJob, behind head: Job.ID?) -> OnlineDecision.Wait.Reason {
        if let lacking = entry.row.lacking(in: state.capacity) {
            return .exceeds(state.table.resources[lacking], needs: entry.row[lacking], has: state.capacity[lacking])
        }
        if let lacking = entry.row.lacking(in: free) {
            return .lacks(state.table.resources[lacking], needs: entry.row[lacking], free: max(0, free[lacking]))
        }
        if let reserved = decision.reservation?.job { return .reserved(for: reserved) }
        return .behind(head ?? entry.job.id)
    }
}

extension OnlinePolicy {
    /// Which jobs start now.
    ///
    /// `explaining` also says of each other job why it waits. Nothing else is done about it: whoever starts them tells the state with `.started`.
    package func decide(_ state: OnlineState, explaining: Bool = true) -> OnlineDecision {
        var decider = Decider(self, state)
        return decider.decide(explaining: explaining)
    }
}
