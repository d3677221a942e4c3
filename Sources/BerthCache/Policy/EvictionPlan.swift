package import BerthArchive
package import BerthStore

/// Why an entry goes.
package enum EvictionReason: String, Sendable, Codable, CaseIterable {
    /// It could not be restored any more.
    case orphaned
    /// Its branch or pull request is closed.
    case closed
    /// A newer entry of its kind is in the same scope.
    case superseded
    /// Nobody used it for longer than the policy says.
    case expired
    /// The algorithm's choice.
    case unused
    /// A person named it.
    case named
}

/// What an eviction has to reach; a part that is nil asks for nothing.
package struct EvictionGoal: Sendable {
    /// Bytes of all entries at the end.
    package var total: Int64?
    /// Bytes of a repository's entries at the end.
    package var repositories: [String: Int64] = [:]
    /// Bytes of all entries of pull requests at the end.
    package var pulls: Int64?
    /// Bytes to free at least.
    package var free: Int64 = 0
    /// Entries that nobody used since this moment go.
    package var usedSince: Int64?
    /// Entries with these keys go.
    package var keys: [CacheKey] = []
    /// Whether entries that can't be restored go in any case.
    package var orphans = true

    package init() {}
}

/// Entries that go, in their order, each with its reason.
package struct EvictionPlan: Sendable {
    /// One entry that goes.
    package struct Victim: Sendable {
        package let candidate: EvictionCandidate
        package let reason: EvictionReason
        /// The reason as a sentence.
        package let detail: String
        /// Bytes that nothing keeps after it, the entries before it being gone.
        package let freed: Int64
    }

    package var victims: [Victim] = []
    /// Bytes of all entries before and after.
    package var before: Int64 = 0
    package var after: Int64 = 0
    /// Where the algorithm stands afterwards, and whom SIEVE's hand passed.
    package var algorithm = CacheLog.Algorithm()
    package var passed: [Digest] = []
    /// What could not be reached, and why.
    package var notes: [String] = []
}
