import BerthArchive
import BerthStore
import BerthSystem
import SystemPackage

@testable import BerthCache

/// Entries made without trees: their packs are bytes of a size.
struct Plant {
    let store: Store

    /// A pack's bytes: the same for the same name and size.
    static func bytes(_ name: String, _ size: Int) -> [UInt8] {
        var state = Digest.of(name).bytes.prefix(8).reduce(UInt64(1)) { $0 << 8 | UInt64($1) } | 1
        return (0..<size).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }

    /// Adds an entry whose packs have these names; each has 100,000 bytes unless another size is given.
    @discardableResult
    func entry(
        _ key: String, _ reference: String = "refs/heads/main", repository: String = "octo/hello", at created: Int64,
        packs: [String], size: Int = 100_000, version: String = "v1", cost: Double? = nil
    ) throws -> CacheEntry {
        let session = try store.beginIngest(purpose: "test")
        defer { session.release() }
        let scope = try Scope(repository: repository, reference: reference)
        let stored = try packs.map { name in
            StoredPack(
                digest: try session.add(Self.bytes(name, size)), size: ByteCount(size), expanded: ByteCount(3 * size))
        }
        let manifest = try session.add(Array("\(scope) \(version) \(key)".utf8))
        let entry = CacheEntry(
            key: try CacheKey(key), scope: scope, version: version, created: created, manifest: manifest,
            identity: .of(key), packs: stored, files: packs.count, size: ByteCount(3 * size * packs.count),
            added: ByteCount(size * packs.count), cost: cost)
        try session.commit()
        _ = try store.entries.add(
            try CanonicalJSON.encode(entry), id: CacheEntry.id(entry.key, version: version, in: scope))
        CacheRecorder(store).saved(entry)
        return entry
    }

    /// Notes a hit, or a miss where the entry is nil.
    func look(
        _ key: String, _ reference: String = "refs/heads/main", others: [String] = [], found: CacheEntry? = nil,
        at now: Int64, version: String = "v1"
    ) throws {
        let access = ScopeAccess(
            own: try Scope(repository: "octo/hello", reference: reference),
            others: try others.map { try Scope(repository: "octo/hello", reference: $0) })
        let match = found.map { EntryCatalog.Match(entry: $0, isExact: $0.key.text == key) }
        let recorder = CacheRecorder(store)
        _ = recorder.looked(for: try CacheKey(key), version: version, in: access, found: match, now: now)
        if let note = recorder.notes.first { throw BerthError(.failed, note) }
    }

    /// The keys of all entries, sorted.
    var keys: [String] { get throws { try EntryCatalog(store).list().map(\.key.text).sorted() } }
}

extension EvictionCandidate {
    /// A candidate without a store.
    static func made(
        _ key: String, _ reference: String = "refs/heads/main", repository: String = "octo/hello", at created: Int64,
        blobs: [(String, Int64)], use: EntryUse? = nil, hold: String? = nil, closed: Int64? = nil, whole: Bool = true
    ) throws -> EvictionCandidate {
        let scope = try Scope(repository: repository, reference: reference)
        let entry = CacheEntry(
            key: try CacheKey(key), scope: scope, version: "v1", created: created, manifest: .of(key),
            identity: .of(key), packs: [], files: 1, size: ByteCount(1), added: ByteCount(1), cost: nil)
        return EvictionCandidate(
            id: CacheEntry.id(entry.key, version: "v1", in: scope), entry: entry,
            blobs: blobs.map { .init(digest: .of($0.0), size: $0.1) }, isWhole: whole, use: use, hold: hold,
            closed: closed)
    }
}
