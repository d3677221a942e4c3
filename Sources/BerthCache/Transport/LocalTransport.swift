internal import BerthArchive
package import BerthReport
package import BerthStore
internal import BerthSystem

/// The cache in a store that this process opens itself.
package struct LocalTransport: CacheTransport {
    private let cache: LocalCache
    private let access: ScopeAccess
    /// What follows each new entry.
    private let beside: @Sendable () async -> Void

    package init(_ cache: LocalCache, _ access: ScopeAccess, beside: @Sendable @escaping () async -> Void = {}) {
        (self.cache, self.access, self.beside) = (cache, access, beside)
    }

    package var notes: [String] { cache.recorder.notes }
    /// The store that the cache is in.
    package var store: Store { cache.store }

    package func find(_ key: CacheKey, restoreKeys: [CacheKey], version: String) async throws -> FoundEntry? {
        try await offload { [cache, access] in
            let match = try cache.catalog.find(key, restoreKeys: restoreKeys, version: version, in: access)
            let ticket = cache.recorder.looked(for: key, version: version, in: access, found: match)
            return match.map {
                FoundEntry(EntrySummary($0.entry), isExact: $0.isExact, entry: $0.entry, ticket: ticket)
            }
        }
    }

    package func restore(
        _ found: FoundEntry, to destinations: [Destination], options: RestoreOptions
    ) async throws -> RestoreOutcome {
        guard let entry = found.entry else {
            throw BerthError(.failed, "the entry was found by another transport")
        }
        return try await cache.recorder.restoring(found.ticket) {
            try await cache.restore(entry, to: destinations, options: options)
        }
    }

    package func save(
        _ paths: [SavedPath], as key: CacheKey, version: String, cost: Double?
    ) async throws -> SavedEntry? {
        guard access.maySave else { return nil }
        return switch try await cache.save(paths, as: key, version: version, in: access, cost: cost, beside: beside) {
        case .saved(let entry): SavedEntry(EntrySummary(entry), wasPresent: false, entry: entry)
        case .present(let entry): SavedEntry(EntrySummary(entry), wasPresent: true, entry: entry)
        }
    }

    package func explain(_ key: CacheKey, version: String?) async throws -> CacheExplanation {
        try await offload { [cache, access] in
            try MissExplainer(cache.store).explain(key, version: version, in: access)
        }
    }

    package func key(_ profile: String, of checkout: CheckoutKeys) async throws -> MadeKey {
        let made = try await checkout.make([try checkout.catalog.profile(profile)])[0]
        return MadeKey(made.key, of: made.profile, made.paths)
    }
}
