internal import BerthArchive
package import BerthEngine
package import BerthReport
package import BerthStore
internal import BerthSystem

/// Removes the versions that no rule keeps, from the engine and the store, and then what only they needed.
package struct Pruner: Sendable {
    let store: Store
    /// The engine to ask and clean; nil where none runs.
    let engine: (any Engine)?
    let policy: RetentionPolicy
    /// Unused content younger than so many seconds stays.
    let grace: Int64

    package init(store: Store, engine: (any Engine)?, policy: RetentionPolicy, grace: Int64 = 3600) {
        self.store = store
        self.engine = engine
        self.policy = policy
        self.grace = grace
    }

    /// More than this is not freed without a person's word (1 GiB).
    package static let muchToFree: Int64 = 1 << 30

    /// Plans and, unless it is a dry run, does what was planned; versions of one image where it is named.
    ///
    /// Killed at any moment it leaves a whole store: names go before records, records before content.
    package func run(_ name: String? = nil, isDryRun: Bool, now: Int64 = Machine.now) async throws -> PruneReport {
        // A clock that jumped makes no version old, as little as it does content.
        var plan = try await PrunePlan.make(store, engine, policy, name: name, now: store.believed(now))
        if !isDryRun { try await remove(&plan) }
        var collection = CollectionPolicy()
        collection.grace = grace
        collection.isDryRun = true
        collection.withoutRoots = Set(plan.removed.flatMap(\.roots))
        collection.withoutNames = Set(plan.removed.map(\.version.reference))
        if let budget = policy.budget {
            let trial = try await collect(collection, now)
            collection.derivedBudget = ByteCount(budget.value - trial.kept.value)
        }
        collection.isDryRun = isDryRun
        let result = try await collect(collection, now)
        return report(plan, result, isDryRun: isDryRun)
    }

    private func collect(_ policy: CollectionPolicy, _ now: Int64) async throws -> CollectionReport {
        try await offload { [store] in try store.collect(policy, now: now) }
    }

    /// The engine first: where a container has begun to use a version meanwhile, it stays in the store too.
    private func remove(_ plan: inout PrunePlan) async throws {
        for index in plan.images.indices where plan.images[index].isRemoved {
            guard let engine else { continue }
            let image = plan.images[index].image
            let names = image.names.isEmpty ? ["\(image.id)"] : image.names
            if try await engine.release(names) { continue }
            plan.keep(image: index, "a container has begun to use it")
        }
        try store.withReserve { try forget(&plan) }
    }

    /// Removes names and records; doing it again goes on where it stopped.
    private func forget(_ plan: inout PrunePlan) throws {
        for index in plan.versions.indices where plan.versions[index].isRemoved {
            let version = plan.versions[index].version
            guard try store.refs.remove([version.reference], ifNothingElseLeadsTo: version.index) else {
                plan.versions[index].keep("it has got another tag meanwhile")
                continue
            }
            for root in plan.versions[index].roots { try store.roots.remove(root) }
        }
    }

    private func report(_ plan: PrunePlan, _ collection: CollectionReport, isDryRun: Bool) -> PruneReport {
        var report = PruneReport(isDryRun: isDryRun)
        report.versions = plan.versions.reversed().map { item in
            .init(
                version: item.version.reference, digest: "\(item.version.index)", built: item.version.built,
                size: item.version.platforms.reduce(ByteCount(0)) { $0 + $1.size }.value, isRemoved: item.isRemoved,
                reasons: item.reasons)
        }
        report.engine = engine?.address.location
        report.engineImages = plan.images.map { item in
            .init(
                id: "\(item.image.id)", names: item.image.names, version: item.version, size: item.image.size,
                isRemoved: item.isRemoved, reason: item.reason)
        }
        report.blobs = collection.removed.count
        report.blobBytes = collection.removed.reduce(ByteCount(0)) { $0 + $1.size }.value
        report.derivedFiles = collection.derivedFiles
        report.derivedBytes = collection.derivedBytes.value
        report.keptBytes = collection.kept.value + collection.derivedKept.value
        report.budget = policy.budget?.value
        report.notes = plan.notes + collection.notes
        if let budget = policy.budget, report.keptBytes > budget.value {
            report.notes.append("what the rules keep and what is in use now takes more than the budget of \(budget)")
        }
        return report
    }
}
