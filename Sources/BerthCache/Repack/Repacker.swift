internal import BerthArchive
internal import BerthStore
internal import BerthSystem

/// Gives an entry packs that hold at most `RepackPlan.most` times the bytes it needs.
///
/// Nothing but new packs is written; the entry's record stays as it is.
struct Repacker {
    let store: Store
    /// Leases the entry's packs, and those that are made.
    let session: IngestSession

    /// The entry in packs that fit, and how many expanded bytes were packed anew for it.
    ///
    /// Blocks. Throws `.damaged` where a blob is gone or is not what it should be.
    func fit(_ entry: CacheEntry) throws -> (entry: CacheEntry, repacked: ByteCount) {
        let manifest = try entry.readManifest(in: store)
        let packs = try entry.packs.map { (pack: $0, contents: try PackTable.read($0.digest, in: store).contents) }
        let plan = try RepackPlan(manifest, packs)
        guard plan.kept != entry.packs else { return (entry, ByteCount(0)) }
        let made = try PackRewriter(store: store, session: session).rewrite(plan.sources)
        return (
            entry.packed(in: plan.kept + made.map(\.pack)),
            made.reduce(ByteCount(0)) { $0 + $1.pack.expanded }
        )
    }
}

extension CacheEntry {
    /// What it holds; throws `.damaged` where the blob is gone or no manifest.
    func readManifest(in store: Store, limit: ByteCount = ManifestCoding.limit) throws -> TreeManifest {
        let bytes = try store.read(manifest, limit: limit)
        return try ManifestCoding.decode(ZstdFrames.expand(bytes, limit: limit))
    }

    /// The same content in other packs.
    func packed(in packs: [StoredPack]) -> CacheEntry {
        var entry = self
        entry.packs = packs
        entry.blobs = [manifest] + packs.map(\.digest)
        return entry
    }
}
