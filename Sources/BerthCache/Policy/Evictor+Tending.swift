internal import BerthArchive
package import BerthReport
package import BerthStore
internal import BerthSystem
internal import SystemPackage

extension Evictor {
    /// What follows a save: settles what a killed eviction left, trims the log, and evicts where a limit is passed.
    ///
    /// Returns what was evicted; nil where nothing had to go or another process is at it. Never throws: the save is done.
    package static func tend(_ store: Store, now: Int64 = Machine.now) -> (report: EvictionReport?, notes: [String]) {
        do {
            let policy = try CachePolicy.find(for: store)
            let evictor = Evictor(store, policy)
            try? store.cacheLog.trim(before: store.believed(now) - Int64(policy.log) * 86_400)
            evictor.settle()
            try HotUpkeep(store, policy).run()
            let plan = try evictor.run(isDryRun: true, now: now)
            guard !plan.entries.isEmpty else { return (nil, plan.notes) }
            return (try evictor.run(isDryRun: false, now: now), [])
        } catch let error as BerthError where error.status == .locked {
            return (nil, [])
        } catch {
            return (nil, ["the cache's limits could not be looked after: \(error)"])
        }
    }

    /// Ends the notes of a killed eviction: an entry that is still there was not evicted, one that is gone was.
    ///
    /// Leaves it to the other where another process evicts just now.
    package func settle() {
        guard (try? store.cacheLog.openEvictions())?.isEmpty == false else { return }
        guard let lock = try? FileLock.tryAcquire(store.root.appending("evict.lock"), .exclusive) else { return }
        try? settleLocked()
        withExtendedLifetime(lock) {}
    }

    func settleLocked() throws {
        // A log that can't be read is for repair; eviction goes on.
        let log = store.cacheLog
        for open in (try? log.openEvictions()) ?? [] {
            guard let id = try? Digest(hex: open.entry) else { continue }
            let isThere = try store.entries.ids().contains(id)
            try? isThere ? log.drop(open.id) : log.finish(open.id)
        }
        let ids = Set(try store.entries.ids().map(\.hex))
        try? log.forgetUses(except: ids)
    }
}
