package import BerthArchive
internal import BerthSystem
internal import SystemPackage

/// A claim on content, as a person may look at it.
package struct Lease: Sendable, Codable, Equatable {
    /// The name to end it by.
    package let id: String
    package let purpose: String
    /// Seconds since 1970 at which it ends; nil for one that its live process holds.
    package let expires: Int64?
    package let blobs: [Digest]
}

/// The leases in `leases/`: held by live processes, or timed for what outlives a process.
package struct Leases: Sendable {
    let store: Store
    static let timedSuffix = ".timed"

    private var folder: FilePath { store.root.appending("leases") }

    /// Claims content until `seconds` from now by the wall clock; the id ends it earlier.
    package func grant(
        _ blobs: [Digest], seconds: Int64, purpose: String, now: Int64 = Machine.now
    ) throws -> String {
        let id = UniqueName.make() + Self.timedSuffix
        let lease = TimedLease(purpose: purpose, created: now, expires: now + max(0, seconds), blobs: blobs)
        try Files.writeAtomically(try CanonicalJSON.encode(lease), to: folder.appending(id))
        try Files.commitDirectory(folder)
        try MovingPhase(store: store).waitUntilOver()
        return id
    }

    /// Ends a timed lease; false when it was over already.
    @discardableResult
    package func end(_ id: String) throws -> Bool {
        guard id.hasSuffix(Self.timedSuffix), !id.contains("/") else { return false }
        return try Files.remove(folder.appending(id))
    }

    /// All leases that count at a moment of the wall clock.
    package func list(now: Int64 = Machine.now) throws -> [Lease] { try sort(now: now).live }

    /// Leases that count, and the files of those that do not any more.
    func sort(now: Int64) throws -> (live: [Lease], dead: [FilePath]) {
        var live: [Lease] = []
        var dead: [FilePath] = []
        for name in try Files.list(folder) where !name.hasPrefix(".") {
            let path = folder.appending(name)
            let lease: Lease? =
                switch name {
                case _ where name.hasSuffix(Self.timedSuffix): try timed(path, now: now)
                case _ where name.hasSuffix(HeldLease.suffix): try held(path)
                default: nil
                }
            if lease == nil, name.hasSuffix(".new") { continue }
            if let lease { live.append(lease) } else { dead.append(path) }
        }
        return (live, dead)
    }

    /// Gives leases from a wrong, later clock the dates they were meant to have, so that they end some day.
    func correctFuture(now: Int64) throws {
        for name in try Files.list(folder) where name.hasSuffix(Self.timedSuffix) && !name.hasPrefix(".") {
            let path = folder.appending(name)
            guard var lease = try? CanonicalJSON.decode(TimedLease.self, Files.read(path)),
                lease.created > now + StoreClock.day
            else { continue }
            lease.expires = now + (lease.expires - lease.created)
            lease.created = now
            try Files.writeAtomically(try CanonicalJSON.encode(lease), to: path)
        }
    }

    /// Nil when the process is gone: then nobody has the lock.
    private func held(_ path: FilePath) throws -> Lease? {
        do {
            if try FileLock.tryAcquire(path, .exclusive, options: []) != nil { return nil }
        } catch let error as BerthError {
            if !Files.exists(path) { return nil }
            // In a store that cannot be written nobody can tell; it counts.
            if error.status != .storeMissing { throw error }
        }
        // A last line without its end is a digest that nobody relies on yet.
        guard let text = try? Files.readText(path) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        let purpose = lines.first.map { String($0.drop { $0 == "#" || $0 == " " }) } ?? ""
        let blobs = lines.dropFirst().compactMap { try? Digest($0) }
        return Lease(id: path.lastComponent?.string ?? "", purpose: purpose, expires: nil, blobs: blobs)
    }

    private func timed(_ path: FilePath, now: Int64) throws -> Lease? {
        guard let bytes = try? Files.read(path) else { return nil }
        let lease: TimedLease
        do { lease = try CanonicalJSON.decode(TimedLease.self, bytes) } catch {
            throw BerthError(
                .damaged, "a lease is damaged", place: path.string, remedy: "run `berth store repair`", cause: error)
        }
        guard let expires = lease.end(at: now) else { return nil }
        return Lease(
            id: path.lastComponent?.string ?? "", purpose: lease.purpose, expires: expires, blobs: lease.blobs)
    }
}

/// The contents of a timed lease's file.
struct TimedLease: Codable {
    var purpose: String
    var created: Int64
    var expires: Int64
    var blobs: [Digest]

    /// When it ends; nil when it is over.
    ///
    /// A lease from more than a day ahead was written while the clock was wrong: it may not live longer than it was meant to.
    func end(at now: Int64) -> Int64? {
        let end = created > now + StoreClock.day ? now + (expires - created) : expires
        return end > now ? end : nil
    }
}

extension Store {
    /// The claims on content.
    package var leases: Leases { Leases(store: self) }
}
