package import BerthArchive
package import BerthStore
internal import BerthSystem

/// One entry with what eviction and people want to know of it.
package struct EntryFigures: Sendable, Encodable {
    package let entry: CacheEntry
    package let id: Digest
    /// Bytes in the store: with what it shares, and what only it keeps.
    package let stored: Int64
    package let exclusive: Int64
    /// Hits since it came, and when the last was (seconds since 1970).
    package let hits: Int
    package let lastHit: Int64?
    /// Why it can't go: pinned, or in use.
    package let hold: String?
    /// When its scope was closed, in seconds since 1970.
    package let closed: Int64?
    /// Whether all of its parts are there.
    package let isWhole: Bool

    private enum CodingKeys: String, CodingKey {
        case id, stored, exclusive, hits, lastHit, hold, closed, isWhole
    }

    /// The fields of the entry, and those of this.
    package func encode(to encoder: any Encoder) throws {
        try entry.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id.hex, forKey: .id)
        try container.encode(stored, forKey: .stored)
        try container.encode(exclusive, forKey: .exclusive)
        try container.encode(hits, forKey: .hits)
        try container.encodeIfPresent(lastHit, forKey: .lastHit)
        try container.encodeIfPresent(hold, forKey: .hold)
        try container.encodeIfPresent(closed, forKey: .closed)
        try container.encode(isWhole, forKey: .isWhole)
    }

    /// All entries that can be read.
    package static func all(in store: Store, now: Int64 = Machine.now) throws -> [EntryFigures] {
        let inventory = try EvictionInventory(store, (try? CachePolicy.find(for: store)) ?? CachePolicy(), now: now)
        let ledger = BlobLedger(inventory.candidates)
        return inventory.candidates.compactMap { candidate in
            guard let entry = candidate.entry else { return nil }
            let hits = candidate.use?.count ?? 0
            return EntryFigures(
                entry: entry, id: candidate.id, stored: candidate.size, exclusive: ledger.exclusive(candidate),
                hits: hits, lastHit: hits > 0 ? candidate.use?.last : nil, hold: candidate.hold,
                closed: candidate.closed, isWhole: candidate.isWhole)
        }
    }
}
