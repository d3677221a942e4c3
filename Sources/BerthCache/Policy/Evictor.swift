package import BerthArchive
package import BerthReport
package import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Removes entries by plan: each eviction is noted before the entry goes, and what only it kept is collected after.
///
/// One process evicts at a time. Killed anywhere, what is left is whole: a note without an end is settled by the next.
package struct Evictor: Sendable {
    let store: Store
    let policy: CachePolicy

    package init(_ store: Store, _ policy: CachePolicy) { (self.store, self.policy) = (store, policy) }

    /// The goal of the policy alone: nothing while all is below the high watermarks, else down to the low ones.
    func goal(_ inventory: EvictionInventory, missing: Int64, now: Int64) -> EvictionGoal {
        let ledger = BlobLedger(inventory.candidates)
        var goal = EvictionGoal()
        func target(_ limit: ByteCount, _ bytes: Int64) -> Int64? {
            bytes > Self.percent(policy.high, of: limit.value) ? Self.percent(policy.low, of: limit.value) : nil
        }
        goal.total = target(policy.size, ledger.total)
        let pulls = BlobLedger(inventory.candidates.filter(\.isOfPull)).total
        goal.pulls = target(ByteCount(Self.percent(policy.pulls, of: policy.size.value)), pulls)
        for repository in ledger.repositories {
            guard let limit = policy.limit(of: repository) else { continue }
            goal.repositories[repository] = target(limit, ledger.total(of: repository))
        }
        goal.free = missing
        goal.usedSince = policy.days.map { now - Int64($0) * 86_400 }
        return goal
    }

    private static func percent(_ share: Int, of bytes: Int64) -> Int64 { Int64(Double(bytes) * Double(share) / 100) }

    /// Evicts what the policy and the person ask for, or says what would go.
    ///
    /// `freeing`: bytes that go whatever the policy says. Throws `.locked` where another process evicts for longer than
    /// 10 seconds.
    package func run(
        to size: ByteCount? = nil, keys: [CacheKey] = [], freeing: ByteCount = ByteCount(0), isDryRun: Bool,
        now: Int64 = Machine.now
    ) throws -> EvictionReport {
        if isDryRun { return report(try plan(size, keys, freeing, now), isDryRun: true) }
        let lock = try FileLock.acquire(
            store.root.appending("evict.lock"), .exclusive, seconds: 10, purpose: "evicting cache entries")
        defer { withExtendedLifetime(lock) {} }
        try settleLocked()
        let hot = HotUpkeep(store, policy)
        var dropped = keys.isEmpty && size == nil ? (try? hot.run()) ?? [] : []
        let plan = try plan(size, keys, freeing, now)
        var (gone, notes) = ([EvictionPlan.Victim](), [String]())
        try store.withReserve { try remove(plan, &gone, &notes, now) }
        remember(plan)
        var report = report(plan, isDryRun: false, gone: gone)
        report.notes += notes
        dropped += (try? hot.dropOrphans()) ?? []
        report.unpacked = dropped.isEmpty ? nil : dropped.bytes.value
        if !gone.isEmpty { collect(gone, &report) }
        return report
    }

    /// What a goal named by hand, or else the policy, asks for.
    private func plan(
        _ size: ByteCount?, _ keys: [CacheKey], _ freeing: ByteCount, _ now: Int64
    ) throws -> EvictionPlan {
        let believed = store.believed(now)
        let inventory = try EvictionInventory(store, policy, now: now)
        var planner = EvictionPlanner(inventory, policy)
        guard keys.isEmpty else {
            var goal = EvictionGoal()
            (goal.keys, goal.orphans) = (keys, false)
            return planner.plan(goal)
        }
        let missing = size == nil ? max(missingSpace(), freeing.value) : 0
        var goal = goal(inventory, missing: missing, now: believed)
        if let size { goal.total = min(size.value, goal.total ?? .max) }
        return planner.plan(goal)
    }

    /// Bytes that the disk lacks, less what the next collections free by themselves, and what is kept unpacked.
    private func missingSpace() -> Int64 {
        guard let free = Machine.freeSpace(at: store.root), free < policy.free.value else { return 0 }
        var dry = CollectionPolicy()
        (dry.isDryRun, dry.grace) = (true, 0)
        let pending = (try? store.collect(dry))?.removed.reduce(ByteCount(0)) { $0 + $1.size }.value ?? 0
        return max(0, policy.free.value - free - pending - HotUpkeep(store, policy).spare.value)
    }

    /// Notes, removes, notes the end: one entry after the other, each looked at once more.
    private func remove(
        _ plan: EvictionPlan, _ gone: inout [EvictionPlan.Victim], _ notes: inout [String], _ now: Int64
    ) throws {
        let done = Set(gone.map(\.candidate.id))
        for victim in plan.victims where !done.contains(victim.candidate.id) {
            let candidate = victim.candidate
            if let entry = candidate.entry, try EntryClaims(store, now: now).hold(entry) != nil {
                notes.append("\(entry.key.text.escaped) stays: somebody began to use it")
                continue
            }
            let note = begin(victim, now, &notes)
            try store.entries.remove(candidate.id)
            gone.append(victim)
            if let note { try? store.cacheLog.finish(note) }
        }
    }

    /// A log that can't be written keeps nothing from going: a full disk must have a way out.
    private func begin(_ victim: EvictionPlan.Victim, _ now: Int64, _ notes: inout [String]) -> Int64? {
        let (candidate, entry) = (victim.candidate, victim.candidate.entry)
        do {
            return try store.cacheLog.begin(
                EvictionRow(
                    at: now, repository: candidate.repository, reference: entry?.scope.reference ?? "",
                    key: entry?.key.text ?? "", version: entry?.version ?? "", entry: candidate.id.hex,
                    created: candidate.created, files: entry?.files ?? 0, bytes: entry?.size.value ?? 0,
                    freed: victim.freed, cost: entry?.cost, reason: victim.reason.rawValue, detail: victim.detail,
                    policy: policy.algorithm.rawValue))
        } catch {
            if notes.isEmpty { notes.append("the eviction could not be noted in the history: \(error)") }
            return nil
        }
    }

    private func remember(_ plan: EvictionPlan) {
        let log = store.cacheLog
        if plan.victims.contains(where: { $0.reason == .unused }) {
            try? log.set(plan.algorithm, passed: plan.passed.map(\.hex))
        }
    }

    private func collect(_ gone: [EvictionPlan.Victim], _ report: inout EvictionReport) {
        let blobs = Set(gone.flatMap { $0.candidate.blobs.map(\.digest) })
        do {
            let collection = try store.collect()
            report.collected =
                collection.removed.filter { blobs.contains($0.digest) }.reduce(ByteCount(0)) { $0 + $1.size }.value
        } catch {
            report.notes.append("the space is not free yet, for the collection could not run: \(error)")
        }
    }

    private func report(
        _ plan: EvictionPlan, isDryRun: Bool, gone: [EvictionPlan.Victim]? = nil
    ) -> EvictionReport {
        let victims = gone ?? plan.victims
        let freed = victims.reduce(Int64(0)) { $0 + $1.freed }
        var report = EvictionReport(
            isDryRun: isDryRun, algorithm: policy.algorithm.rawValue, before: plan.before, after: plan.before - freed)
        report.entries = victims.map { victim in
            let (candidate, entry) = (victim.candidate, victim.candidate.entry)
            return EvictionReport.Entry(
                key: entry?.key.text.escaped ?? "a damaged record", scope: (entry.map { "\($0.scope)" } ?? "").escaped,
                id: candidate.id.hex, saved: candidate.created, reason: victim.reason.rawValue, detail: victim.detail,
                size: candidate.size, freed: victim.freed)
        }
        report.notes = plan.notes
        return report
    }
}
