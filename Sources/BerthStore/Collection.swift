internal import BerthArchive
internal import BerthSystem
internal import SystemPackage

extension Store {
    /// Removes what no version, lock or lease keeps, after the grace period; derived files go by budget.
    ///
    /// Adders go on meanwhile. Throws `.locked` when another process collects or repairs for longer than the policy
    /// waits, and `.damaged` where a record that keeps content cannot be read: then nothing is removed.
    package func collect(
        _ policy: CollectionPolicy = CollectionPolicy(), now: Int64 = Machine.now
    ) throws -> CollectionReport {
        let clock = StoreClock(store: self).believe(now)
        var collection = Collection(store: self, policy: policy, now: clock.now)
        if clock.isHeldBack {
            collection.report.notes.append(
                "more than a day has passed since the last collection; this one counts one day, the next counts all")
        }
        if policy.isDryRun {
            try collection.plan()
            try collection.trimDerived()
            return collection.report
        }
        let lock = try exclusive("collecting unused content", seconds: policy.patience)
        defer { withExtendedLifetime(lock) {} }
        try Reserve(store: self).retryingWithSpace { try collection.run() }
        try? StoreClock(store: self).note(now)
        try? Reserve(store: self).fill(policy.reserve)
        return collection.report
    }

    /// The one lock for deleting, repair and migration; throws `.locked` naming its holder.
    func exclusive(_ purpose: String, seconds: Double) throws -> ExclusiveStep {
        let path = root.appending("lock")
        return ExclusiveStep(try FileLock.acquire(path, .exclusive, seconds: seconds, purpose: purpose))
    }
}

/// The store's exclusive lock, for as long as this object lives.
final class ExclusiveStep: Sendable {
    private let lock: FileLock

    init(_ lock: consuming FileLock) { self.lock = lock }
}

/// One run of the collector; running it again after a failure goes on where it stopped.
private struct Collection {
    let store: Store
    let policy: CollectionPolicy
    let now: Int64
    var report = CollectionReport()

    init(store: Store, policy: CollectionPolicy, now: Int64) {
        self.store = store
        self.policy = policy
        self.now = now
        report.isDryRun = policy.isDryRun
    }

    mutating func run() throws {
        report.cleaned += try StaleFiles(store: store, now: now).clean()
        report.cleaned += try emptyTrash()
        for blob in try BlobFolder(store: store).list() where blob.modified > now + StoreClock.day {
            // It came in under a wrong, later clock and would stay young until then.
            Files.touch(store.path(of: blob.digest))
        }
        try plan()
        let candidates = report.removed.map(\.digest)
        if !candidates.isEmpty { try moveToTrash(candidates) }
        for fate in report.removed { try Files.remove(store.trash(of: fate.digest)) }
        try trimDerived()
        try? BlobIndex(store: store).forget(report.removed.map(\.digest))
    }

    /// Decides on every blob without touching any.
    mutating func plan() throws {
        let marks = try Marks.gather(in: store, now: now, policy)
        report.blobs = try BlobFolder(store: store).list().filter(\.isFile).map { blob in
            let age = now - blob.modified
            let reason = marks.reasons[blob.digest] ?? (age < policy.grace ? "younger than the grace period" : nil)
            return .init(
                digest: blob.digest, size: blob.size, age: age, isRemoved: reason == nil,
                reason: reason ?? "no version, lock or lease needs it")
        }
    }

    /// Moves candidates while no adder can be between its lease and its look; what was leased meanwhile stays.
    private mutating func moveToTrash(_ candidates: [Digest]) throws {
        let phase = try MovingPhase(store: store).begin()
        defer { withExtendedLifetime(phase) {} }
        keepMarked(try Marks.gather(in: store, now: now))
        for fate in report.removed { try moveToTrash(fate.digest) }
        let marks = try Marks.gather(in: store, now: now)
        for fate in report.removed where marks.keeps(fate.digest) { _ = store.contains(fate.digest) }
        keepMarked(marks)
    }

    /// A blob that is not there any more is no fault: somebody else removed it.
    private func moveToTrash(_ digest: Digest) throws {
        do { try Files.rename(store.path(of: digest), to: store.trash(of: digest)) } catch {
            if Files.exists(store.path(of: digest)) { throw error }
        }
    }

    private mutating func keepMarked(_ marks: Marks) {
        report.blobs = report.blobs.map { fate in
            guard fate.isRemoved, let reason = marks.reasons[fate.digest] else { return fate }
            return .init(digest: fate.digest, size: fate.size, age: fate.age, isRemoved: false, reason: reason)
        }
    }

    /// Ends what a killed collection began: needed content goes back, the rest goes.
    private func emptyTrash() throws -> [String] {
        let names = try Files.list(store.root.appending("trash"))
        guard !names.isEmpty else { return [] }
        let marks = try Marks.gather(in: store, now: now)
        for name in names {
            if let digest = try? Digest(hex: name), marks.keeps(digest), store.contains(digest) { continue }
            try Files.remove(store.root.appending("trash").appending(name))
        }
        return ["\(names.count) files in the trash of an earlier run"]
    }

    /// Drops derived files over the budget, least recently used first; what is in use now is younger than the grace period.
    mutating func trimDerived() throws {
        let files = try DerivedFolder(root: store.root.appending("fragments")).list().sorted {
            $0.modified < $1.modified
        }
        var total = files.reduce(ByteCount(0)) { $0 + $1.size }
        for file in files where total > policy.derivedBudget && now - file.modified >= policy.grace {
            if !policy.isDryRun { try Files.remove(file.path) }
            total = ByteCount(total.value - file.size.value)
            report.derivedFiles += 1
            report.derivedBytes = report.derivedBytes + file.size
        }
        report.derivedKept = total
    }
}
