package import BerthArchive
package import BerthStore
internal import BerthSystem

/// Packs of which little is still needed are replaced by smaller ones, so that what was evicted frees its place.
///
/// At any moment each record names packs that are there and hold all of it: new packs are durable before the first record
/// names them, records are replaced one after the other, each in one step, and the old packs are leased a while longer for
/// whoever has read an old record.
package struct PackUpkeep: Sendable {
    let store: Store
    /// A pack is replaced where less than this share of it is needed.
    static let least = 0.25
    /// And where that frees at least so many expanded bytes.
    static let worthwhile = 1 << 20
    /// Whoever has read the record before has begun to lease its packs by then.
    static let patience: Int64 = 900

    package init(_ store: Store) { self.store = store }

    /// What was replaced, or would be.
    package struct Outcome: Sendable, Equatable {
        /// Packs that no entry needs any more.
        package var packs = 0
        /// Expanded bytes in them that nobody needed.
        package var dead = ByteCount(0)
        /// Records that name other packs now.
        package var entries = 0
    }

    /// Replaces packs that are mostly dead; what they took is free once a later collection has run.
    ///
    /// Blocks. An entry that is damaged, or that is changed by somebody else meanwhile, is passed over.
    package func run(isDryRun: Bool = false, now: Int64 = Machine.now) throws -> Outcome {
        var outcome = Outcome()
        let census = try PackCensus(store)
        for group in census.groups() {
            outcome.packs += group.packs.count
            outcome.dead = group.packs.reduce(outcome.dead) { $0 + ByteCount($1.dead) }
            if isDryRun { outcome.entries += group.entries.count } else { outcome.entries += try replace(group, now) }
        }
        return outcome
    }

    private func replace(_ group: PackCensus.Group, _ now: Int64) throws -> Int {
        let session = try store.beginIngest(purpose: "packing caches anew")
        defer { session.release() }
        let old = Set(group.packs.map(\.digest))
        guard try old.allSatisfy({ try session.keep($0, size: nil) }) else { return 0 }
        let made = try PackRewriter(store: store, session: session)
            .rewrite(group.packs.map { .init(pack: $0.digest, contents: $0.live) })
        try session.commit()
        _ = try store.leases.grant(
            old.sorted(), seconds: Self.patience, purpose: "packs that were made anew", now: now)
        return try group.entries.count { try replace($0, old, by: made, session) }
    }

    /// Gives one entry the new packs in place of the old ones; false where it is not what it was.
    private func replace(
        _ id: Digest, _ old: Set<Digest>, by made: [PackRewriter.Made], _ session: IngestSession
    ) throws -> Bool {
        guard let record = try store.entries.read(id), let entry = try? CacheEntry(record),
            let manifest = try? entry.readManifest(in: store)
        else { return false }
        let kept = entry.packs.filter { !old.contains($0.digest) }
        var open = Set(manifest.chunks.map(\.digest))
        for pack in kept { open.subtract(try PackTable.read(pack.digest, in: store).contents.map(\.digest)) }
        var added: [StoredPack] = []
        for pack in made where pack.contents.contains(where: { open.contains($0.digest) }) {
            open.subtract(pack.contents.map(\.digest))
            added.append(pack.pack)
        }
        // The entry was saved anew since it was looked at, with contents that only the old packs have.
        guard open.isEmpty else { return false }
        return try store.entries.replace(record, with: CanonicalJSON.encode(entry.packed(in: kept + added)))
    }
}
