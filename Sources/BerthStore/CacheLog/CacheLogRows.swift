/// What came of a lookup.
package enum LookupOutcome: String, Sendable, Codable, CaseIterable {
    /// An entry with the key itself.
    case exact
    /// The newest entry of a prefix.
    case prefix
    case miss
    /// An entry was found, and its content was not whole: counts as a miss.
    case damaged
}

/// One lookup, as the log keeps it; scopes, keys and versions are texts here, parsed by whoever wrote them.
package struct LookupRow: Sendable, Equatable {
    /// Seconds since 1970.
    package var at: Int64
    package var repository: String
    /// The job's own scope, and those it may read besides, in the order of looking.
    package var reference: String
    package var others: [String]
    /// Empty where the caller named none.
    package var profile: String
    package var key: String
    package var version: String
    package var outcome: LookupOutcome
    /// The key, scope and id of the entry that was found.
    package var matched: String?
    package var place: String?
    package var entry: String?
    /// Seconds that the restore took; nil until it has ended.
    package var seconds: Double?
    /// Seconds that it once took to make what was found; nil where nobody measured.
    package var cost: Double?

    package init(
        at: Int64, repository: String, reference: String, others: [String] = [], profile: String = "", key: String,
        version: String, outcome: LookupOutcome, matched: String? = nil, place: String? = nil, entry: String? = nil,
        seconds: Double? = nil, cost: Double? = nil
    ) {
        (self.at, self.repository, self.reference, self.others) = (at, repository, reference, others)
        (self.profile, self.key, self.version, self.outcome) = (profile, key, version, outcome)
        (self.matched, self.place, self.entry, self.seconds, self.cost) = (matched, place, entry, seconds, cost)
    }
}

/// One entry that was saved.
package struct SaveRow: Sendable, Equatable {
    package var at: Int64
    package var repository: String
    package var reference: String
    package var profile: String
    package var key: String
    package var version: String
    /// The entry's id in hex.
    package var entry: String
    /// Of its files, and what it added to the store.
    package var bytes: Int64
    package var added: Int64
    /// Its packs: the first 16 digits of each digest, with its size in the store.
    package var packs: [PackPart]
    package var cost: Double?

    package init(
        at: Int64, repository: String, reference: String, profile: String = "", key: String, version: String,
        entry: String, bytes: Int64, added: Int64, packs: [PackPart], cost: Double?
    ) {
        (self.at, self.repository, self.reference, self.profile) = (at, repository, reference, profile)
        (self.key, self.version, self.entry, self.bytes, self.added) = (key, version, entry, bytes, added)
        (self.packs, self.cost) = (packs, cost)
    }
}

/// A part that entries may share, by a short name.
package struct PackPart: Sendable, Hashable {
    package let name: String
    package let size: Int64

    package init(name: String, size: Int64) { (self.name, self.size) = (name, size) }

    /// `name:size`; nil for anything else.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let size = Int64(parts[1]), size >= 0 else { return nil }
        self.init(name: String(parts[0]), size: size)
    }

    var text: String { "\(name):\(size)" }
}

/// One eviction: which entry went, why, and what that freed.
package struct EvictionRow: Sendable, Equatable {
    package var at: Int64
    package var repository: String
    package var reference: String
    package var profile: String
    package var key: String
    package var version: String
    package var entry: String
    /// When it had been saved.
    package var created: Int64
    package var files: Int
    /// Of its files, and what only it kept in the store.
    package var bytes: Int64
    package var freed: Int64
    package var cost: Double?
    /// One word, and the sentence behind it.
    package var reason: String
    package var detail: String
    /// The algorithm that chose it.
    package var policy: String

    package init(
        at: Int64, repository: String, reference: String, profile: String = "", key: String, version: String,
        entry: String, created: Int64, files: Int, bytes: Int64, freed: Int64, cost: Double?, reason: String,
        detail: String, policy: String
    ) {
        (self.at, self.repository, self.reference, self.profile) = (at, repository, reference, profile)
        (self.key, self.version, self.entry, self.created, self.files) = (key, version, entry, created, files)
        (self.bytes, self.freed, self.cost, self.reason) = (bytes, freed, cost, reason)
        (self.detail, self.policy) = (detail, policy)
    }
}

/// How an entry was used since it came.
package struct EntryUse: Sendable, Equatable {
    /// Seconds since 1970 of the last hit.
    package var last: Int64
    package var count: Int
    /// Whether it was hit since SIEVE's hand last passed.
    package var isVisited: Bool
    /// GDSF's inflation at the last hit.
    package var floor: Double

    package init(last: Int64, count: Int, isVisited: Bool, floor: Double = 0) {
        (self.last, self.count, self.isVisited, self.floor) = (last, count, isVisited, floor)
    }
}
