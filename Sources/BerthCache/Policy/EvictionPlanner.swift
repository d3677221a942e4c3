internal import BerthArchive
internal import BerthReport
internal import BerthStore
internal import BerthSystem

/// Decides which entries go: pure, so that a dry run and tests see what would happen.
///
/// In this order: what can't be restored; what nobody used for too long; then, as far as the limits ask for it, entries
/// of closed scopes, those with a newer one of their kind, and the algorithm's choice among the rest.
struct EvictionPlanner {
    private let inventory: EvictionInventory
    private let policy: CachePolicy
    private var ledger: BlobLedger
    /// Of the entries of pull requests alone.
    private var pulls: BlobLedger
    private var gone: Set<Digest> = []
    private var plan = EvictionPlan()
    private let newest: [String: EvictionCandidate]

    init(_ inventory: EvictionInventory, _ policy: CachePolicy) {
        (self.inventory, self.policy) = (inventory, policy)
        ledger = BlobLedger(inventory.candidates)
        pulls = BlobLedger(inventory.candidates.filter(\.isOfPull))
        newest = Self.newest(inventory.candidates)
        plan.before = ledger.total
        plan.notes = inventory.notes
        plan.algorithm = inventory.algorithm
    }

    /// The newest whole entry of each family.
    private static func newest(_ candidates: [EvictionCandidate]) -> [String: EvictionCandidate] {
        var newest: [String: EvictionCandidate] = [:]
        for candidate in candidates where candidate.isWhole {
            guard let family = candidate.family else { continue }
            if let other = newest[family], (other.created, other.id) > (candidate.created, candidate.id) { continue }
            newest[family] = candidate
        }
        return newest
    }

    /// The plan that reaches a goal, as far as what is held allows.
    mutating func plan(_ goal: EvictionGoal) -> EvictionPlan {
        evictNamed(goal.keys)
        if goal.orphans { evictOrphans() }
        if let moment = goal.usedSince { evictExpired(before: moment) }
        for (repository, bytes) in goal.repositories.sorted(by: { $0.key < $1.key }) {
            evict("the limit of \(repository)", among: { $0.repository == repository }) {
                $0.ledger.total(of: repository) <= bytes
            }
        }
        if let bytes = goal.pulls {
            evict("the share of pull requests", among: \.isOfPull) { $0.pulls.total <= bytes }
        }
        if let total = goal.total { evict("the limit", among: { _ in true }) { $0.ledger.total <= total } }
        if goal.free > 0 {
            evict("the free disk space", among: { _ in true }) { $0.plan.before - $0.ledger.total >= goal.free }
        }
        plan.after = ledger.total
        return plan
    }

    /// Entries that may still go, oldest first.
    private var left: [EvictionCandidate] {
        inventory.candidates.filter { $0.hold == nil && !gone.contains($0.id) }
            .sorted { ($0.created, $0.id) < ($1.created, $1.id) }
    }

    private mutating func go(_ candidate: EvictionCandidate, _ reason: EvictionReason, _ detail: String) {
        gone.insert(candidate.id)
        let freed = ledger.remove(candidate)
        if candidate.isOfPull { _ = pulls.remove(candidate) }
        plan.victims.append(.init(candidate: candidate, reason: reason, detail: detail, freed: freed))
    }

    private mutating func evictNamed(_ keys: [CacheKey]) {
        for key in keys {
            let named = inventory.candidates.filter { $0.entry?.key.text.utf8.elementsEqual(key.text.utf8) == true }
            if named.isEmpty { plan.notes.append("no entry has the key \(key.text.escaped)") }
            for candidate in named {
                if let hold = candidate.hold {
                    plan.notes.append("\(key.text.escaped) stays: it is \(hold)")
                } else {
                    go(candidate, .named, "named by hand")
                }
            }
        }
    }

    private mutating func evictOrphans() {
        for candidate in left where !candidate.isWhole {
            let detail = candidate.entry == nil ? "its record is damaged" : "the store lost a part of it"
            go(candidate, .orphaned, detail)
        }
    }

    private mutating func evictExpired(before moment: Int64) {
        for candidate in left where candidate.lastUse < moment {
            go(candidate, .expired, "last used on \(TimeWords.of(candidate.lastUse))")
        }
    }

    private mutating func evict(
        _ what: String, among isMeant: (EvictionCandidate) -> Bool, until isReached: (borrowing EvictionPlanner) -> Bool
    ) {
        guard !isReached(self) else { return }
        // Whom a closed entry superseded is seen only after it went.
        for stage in policy.deadFirst ? [Self.closed, Self.superseded] : [] {
            for (candidate, reason, detail) in stage(self)(left.filter(isMeant)) {
                go(candidate, reason, detail)
                if isReached(self) { return }
            }
        }
        var queue = VictimQueue(left.filter(isMeant), policy.algorithm, plan.algorithm, spared: Set(plan.passed))
        while !isReached(self) {
            guard let (candidate, detail) = queue.next() else {
                plan.notes.append("\(what) can't be kept: all that is left is pinned or in use")
                break
            }
            go(candidate, .unused, detail)
        }
        plan.algorithm = queue.state
        plan.passed += queue.passed
    }

    private typealias Dead = (EvictionCandidate, EvictionReason, String)

    private func closed(_ candidates: [EvictionCandidate]) -> [Dead] {
        candidates.compactMap { candidate in
            candidate.closed.map { (candidate, .closed, "its scope was closed on \(TimeWords.of($0))") }
        }
    }

    private func superseded(_ candidates: [EvictionCandidate]) -> [Dead] {
        candidates.compactMap { candidate in
            guard let family = candidate.family, let newer = newest[family], newer.id != candidate.id,
                !gone.contains(newer.id)
            else { return nil }
            let name = newer.entry?.key.text.escaped ?? ""
            return (candidate, .superseded, "\(name) was saved on \(TimeWords.of(newer.created))")
        }
    }
}
