internal import BerthArchive
internal import BerthRegistry
internal import BerthStore
internal import BerthSystem

/// Brings an entry from a registry into the store; nothing of it is believed.
///
/// Its record must be of the key, scope and version that were asked for; its tree must be one, with the identity, the number
/// of files and the size that the record says; each pack must hold what its table promises, content by content, for later
/// saves rely on that; and all together must hold each chunk of the tree.
struct EntryPuller: Sendable {
    let store: Store
    /// Reads the repository.
    let client: RegistryClient

    /// Pulls an entry; `now` bounds the date that it may claim.
    ///
    /// Throws `.damaged` for one that is not what it says; then the store has no record of it.
    func pull(_ found: RemoteCatalog.Found, version: String, now: Int64) async throws -> CacheEntry {
        var entry = try await record(found, version)
        let session = try store.beginIngest(purpose: "pulling the cache \(entry.key.text.escaped)")
        defer { session.release() }
        let parts = [found.artifact.tree] + found.artifact.packs
        let known = try await offload { [store] in
            Set(parts.filter { store.contains($0.digest, size: $0.size) }.map(\.digest))
        }
        try await client.pull(parts, into: session, of: store)
        let named = entry
        let manifest = try await offload { [store] in
            do { return try named.readManifest(in: store, limit: EntryArtifact.mostTree) } catch {
                throw Self.lie("its tree is none", found)
            }
        }
        try Self.check(entry, manifest, found)
        try await PackVerifier(store: store).verify(entry, manifest)
        entry.created = min(entry.created, now)
        entry.added = parts.filter { !known.contains($0.digest) }.reduce(ByteCount(0)) { $0 + $1.size }
        let whole = entry
        return try await offload { [self] in try add(whole, session) }
    }

    /// The record, as far as it can be checked without its blobs.
    private func record(_ found: RemoteCatalog.Found, _ version: String) async throws -> CacheEntry {
        let bytes = try await client.bytes(of: found.artifact.record, limit: EntryArtifact.mostRecord)
        guard let entry = try? CanonicalJSON.decode(CacheEntry.self, bytes) else {
            throw Self.lie("its record is none", found)
        }
        let isAsked =
            entry.key.text.utf8.elementsEqual(found.key.text.utf8) && entry.scope.isSame(as: found.scope)
            && entry.version.utf8.elementsEqual(version.utf8)
        guard isAsked else { throw Self.lie("its record speaks of another key, scope or version", found) }
        let packs = entry.packs.map { [$0.digest.bytes, [UInt8]("\($0.size.value)".utf8)] }
        let layers = found.artifact.packs.map { [$0.digest.bytes, [UInt8]("\($0.size.value)".utf8)] }
        guard packs == layers, entry.manifest == found.artifact.tree.digest,
            entry.blobs == [entry.manifest] + entry.packs.map(\.digest), entry.cost.map({ $0 >= 0 }) ?? true
        else { throw Self.lie("its record names other blobs than its manifest", found) }
        return entry
    }

    private static func check(
        _ entry: CacheEntry, _ manifest: TreeManifest, _ found: RemoteCatalog.Found
    ) throws {
        guard manifest.identity == entry.identity, manifest.fileCount == entry.files, manifest.byteCount == entry.size
        else { throw lie("its tree is another than its record says", found) }
    }

    /// Makes what is there and durable an entry of the store; what somebody else added meanwhile under its key stays.
    private func add(_ entry: CacheEntry, _ session: IngestSession) throws -> CacheEntry {
        try session.commit()
        let id = CacheEntry.id(entry.key, version: entry.version, in: entry.scope)
        let record = try CanonicalJSON.encode(entry)
        for _ in 0..<3 {
            if try store.entries.add(record, id: id) { return entry }
            guard let known = try store.entries.read(id) else { continue }
            if let there = try? CacheEntry(known), try there.blobs.allSatisfy({ try session.keep($0, size: nil) }) {
                return there
            }
            // What can't be restored any more holds no key.
            if try store.entries.replace(known, with: record) { return entry }
        }
        throw BerthError(
            .temporary, "the record of the key \(entry.key.text.escaped) is changed by others all the time",
            place: "entries/\(id.hex).json", remedy: "run the same command again")
    }

    private static func lie(_ reason: String, _ found: RemoteCatalog.Found) -> BerthError {
        BerthError(
            .damaged, "the registry's entry is not what was asked for: \(reason)",
            place: "\(found.artifact.manifest.digest)", done: "it was not taken",
            remedy: "the next push under its key puts a good one in its place; see who may write to the repository")
    }
}
