internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// All entries of a store with what eviction must know of them.
struct EvictionInventory: Sendable {
    var candidates: [EvictionCandidate]
    var algorithm = CacheLog.Algorithm()
    /// What could not be found out, in words.
    var notes: [String] = []

    init(candidates: [EvictionCandidate]) { self.candidates = candidates }

    /// Looks at a store.
    ///
    /// A log that can't be read leaves uses and closed scopes out: eviction goes on without.
    init(_ store: Store, _ policy: CachePolicy, now: Int64) throws {
        let claims = try EntryClaims(store, now: now)
        let pins = try store.entryPins.list() + policy.pins.map { KeyPin(repository: nil, pattern: $0) }
        var notes: [String] = []
        func known<Value>(_ fallback: Value, _ read: () throws -> Value) -> Value {
            do { return try read() } catch {
                notes = ["the log can't be read, so eviction goes without it: \(error)"]
                return fallback
            }
        }
        let log = store.cacheLog
        let uses = known([:]) { try log.uses() }
        let closings = known([]) { try log.closings() }
        algorithm = known(.init()) { try log.algorithm() }
        let closed = Dictionary(closings.map { ("\($0.repository) \($0.reference)", $0.at) }) { max($0, $1) }
        var sizes: [Digest: Int64?] = [:]
        func size(_ digest: Digest) -> Int64? {
            if let size = sizes[digest] { return size }
            let size = store.contains(digest) ? (try? Files.facts(store.path(of: digest)))?.size : nil
            sizes[digest] = .some(size)
            return size
        }
        candidates = try store.entries.ids().map { id in
            guard let record = try? store.entries.read(id), let entry = try? CacheEntry(record) else {
                return .init(id: id, entry: nil, blobs: [], isWhole: false, use: nil, hold: nil, closed: nil)
            }
            let blobs = Set(entry.blobs).compactMap { digest in size(digest).map { (digest, $0) } }
            let closing = closed["\(entry.scope)"]
            return EvictionCandidate(
                id: id, entry: entry, blobs: blobs.map { .init(digest: $0, size: $1) },
                isWhole: blobs.count == Set(entry.blobs).count, use: uses[id.hex],
                hold: Self.hold(entry, pins, claims), closed: closing.flatMap { $0 >= entry.created ? $0 : nil })
        }
        self.notes = notes
    }

    private static func hold(_ entry: CacheEntry, _ pins: [KeyPin], _ claims: EntryClaims) -> String? {
        if let pin = pins.first(where: { $0.holds(entry.key.text, of: entry.scope.repository) }) {
            return pin.pattern == entry.key.text ? "pinned" : "pinned by \(pin.pattern)"
        }
        return claims.hold(entry)
    }
}

/// Who needs entries at a moment: processes that read or write them, and mounts that show them.
struct EntryClaims: Sendable {
    private let leased: Set<Digest>
    private let mounted: Set<Digest>

    init(_ store: Store, now: Int64) throws {
        leased = Set(try store.leases.list(now: now).flatMap(\.blobs))
        // Where nobody says what is mounted, any entry that is kept unpacked may be.
        mounted = (try? HotFolder.mounted()) ?? Set(HotFolder(store).list().map(\.manifest))
    }

    /// Why an entry must stay; nil where it may go.
    ///
    /// Whoever restores or saves an entry leases its manifest first; a mount outlives its process, and counts as long as
    /// the mount table shows it.
    func hold(_ entry: CacheEntry) -> String? {
        if leased.contains(entry.manifest) { return "in use" }
        return mounted.contains(entry.manifest) ? "mounted" : nil
    }
}
