package import BerthArchive
package import BerthReport

/// How a job reaches the cache: a store that this process opens, or a service that has one.
///
/// Which entries it may see and whether it may save is the transport's own: a service goes by the job's token.
package protocol CacheTransport: Sendable {
    /// What a person should know besides, in words: what could not be noted in the history, what a save did not keep.
    var notes: [String] { get }

    /// The entry of a key, or else the newest that a restore key leads to; nil for a miss.
    func find(_ key: CacheKey, restoreKeys: [CacheKey], version: String) async throws -> FoundEntry?

    /// Puts an entry's trees in their places, all or none.
    func restore(
        _ found: FoundEntry, to destinations: [Destination], options: RestoreOptions
    ) async throws -> RestoreOutcome

    /// Saves trees under a key in the job's own scope; nil where the job may read caches, and not save them.
    ///
    /// Throws `.failed` where the key has other content, `.usage` where no path is there.
    func save(_ paths: [SavedPath], as key: CacheKey, version: String, cost: Double?) async throws -> SavedEntry?

    /// Why a key is found or missed from where the job stands; with no version, entries of any.
    func explain(_ key: CacheKey, version: String?) async throws -> CacheExplanation

    /// The key of a checkout by a profile that the other side knows.
    ///
    /// Throws `.usage` where its lockfiles can't be read.
    func key(_ profile: String, of checkout: CheckoutKeys) async throws -> MadeKey
}

/// What people and programs are told of an entry; which contents the store had before is nobody's business but its own.
package struct EntrySummary: Sendable, Codable, Equatable {
    package let id: Digest
    package let key: CacheKey
    package let scope: Scope
    package let version: String
    /// Seconds since 1970.
    package let created: Int64
    package let identity: Digest
    package let files: Int
    package let size: ByteCount
    package let cost: Double?

    package init(_ entry: CacheEntry) {
        id = CacheEntry.id(entry.key, version: entry.version, in: entry.scope)
        (key, scope, version, created) = (entry.key, entry.scope, entry.version, entry.created)
        (identity, files, size, cost) = (entry.identity, entry.files, entry.size, entry.cost)
    }
}

/// What a lookup found.
package struct FoundEntry: Sendable {
    package let summary: EntrySummary
    /// Whether it has the key itself.
    package let isExact: Bool
    /// All of it, where this process has the store.
    package let entry: CacheEntry?
    /// The lookup in the history.
    let ticket: CacheRecorder.Ticket?
    /// The lookup in a service.
    package let lookup: LookupHandle?

    package init(
        _ summary: EntrySummary, isExact: Bool, entry: CacheEntry? = nil, ticket: CacheRecorder.Ticket? = nil,
        lookup: LookupHandle? = nil
    ) {
        (self.summary, self.isExact, self.entry, self.ticket) = (summary, isExact, entry, ticket)
        self.lookup = lookup
    }
}

/// What a save came to.
package struct SavedEntry: Sendable {
    package let summary: EntrySummary
    /// Whether the same content was there already.
    package let wasPresent: Bool
    package let entry: CacheEntry?

    package init(_ summary: EntrySummary, wasPresent: Bool, entry: CacheEntry? = nil) {
        (self.summary, self.wasPresent, self.entry) = (summary, wasPresent, entry)
    }
}

/// What entries of the same paths have in common, unless a profile says more.
package enum PathVersion {
    package static func of(_ labels: [String]) -> String {
        "paths:" + labels.sorted().map { "\($0.utf8.count):\($0)" }.joined()
    }
}
