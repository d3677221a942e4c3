internal import BerthArchive
internal import BerthSystem
internal import SystemPackage

/// What killed processes leave: half-written files, leases nobody holds, files written aside, pins of lost locks.
struct StaleFiles {
    let store: Store
    let now: Int64
    /// A partial download waits this long for somebody to go on with it.
    private static let partialAge: Int64 = 7 * StoreClock.day
    /// Nobody needs this long between making a file and locking it.
    private static let claimAge: Int64 = 60
    /// Nobody needs this long between writing a small file aside and renaming it.
    private static let asideAge: Int64 = 3600

    /// Removes all that, and says what.
    func clean() throws -> [String] {
        let ingest = try remove(in: "ingest") { name, age in
            age >= (name.hasPrefix("partial-") ? Self.partialAge : Self.claimAge)
        }
        let claims = try remove(in: "leases") { name, age in name.hasSuffix(".new") && age >= Self.claimAge }
        let dead = try store.leases.sort(now: now).dead
        for path in dead { try Files.remove(path) }
        try store.leases.correctFuture(now: now)
        let gone = try store.pins.dropGone().map { "the files of \($0.path), which is gone" }
        return [
            line(ingest, "unfinished files of ended processes"), line(claims + dead.count, "leases that are over"),
            line(try removeAside(), "small files written aside by ended processes"),
        ].compactMap(\.self) + gone
    }

    private func line(_ count: Int, _ what: String) -> String? { count == 0 ? nil : "\(count) \(what)" }

    /// Removes the files of a folder that are old enough and that nobody has locked.
    private func remove(in folder: String, where isOld: (String, Int64) -> Bool) throws -> Int {
        var count = 0
        for name in try Files.list(store.root.appending(folder)) {
            let path = store.root.appending(folder).appending(name)
            guard let facts = try Files.facts(path), facts.kind == .file, isOld(name, now - facts.modified) else {
                continue
            }
            guard let lock = try FileLock.tryAcquire(path, .exclusive, options: .noFollow), try lock.isAt(path) else {
                continue
            }
            count += try Files.remove(path) ? 1 : 0
        }
        return count
    }

    /// `Files.writeAtomically` names its files `.<name>.<process>.<number>`.
    private func removeAside() throws -> Int {
        var count = 0
        for folder in ["", "entries", "leases", "nights", "pins", "tier", "versions"] {
            let place = folder.isEmpty ? store.root : store.root.appending(folder)
            for name in try Files.list(place) where name.wholeMatch(of: #/\..+\.\d+\.\d+/#) != nil {
                guard let facts = try Files.facts(place.appending(name)), now - facts.modified >= Self.asideAge else {
                    continue
                }
                count += try Files.remove(place.appending(name)) ? 1 : 0
            }
        }
        return count
    }
}
