internal import BerthArchive
internal import BerthRegistry
internal import BerthSystem

/// The entries of a repository on a registry, found by key and scope as those of the store are.
struct RemoteCatalog: Sendable {
    /// Reads the repository.
    let client: RegistryClient

    /// Entries of a list that are looked at before it counts as a miss: a list may name what the registry has lost.
    private static let tries = 5

    /// What a lookup found: not fetched yet, and not believed.
    struct Found: Sendable {
        let artifact: EntryArtifact
        /// What its record must say.
        let key: CacheKey
        let scope: Scope
        let nearness: Nearness
    }

    /// Looks in each readable scope, nearest first, for the key itself, then for it and each restore key as a prefix.
    ///
    /// Only for what is nearer than `than`.
    func find(
        _ key: CacheKey, restoreKeys: [CacheKey], version: String, in access: ScopeAccess, nearer than: Nearness?
    ) async throws -> Found? {
        for (place, scope) in access.readable.enumerated() {
            let exact = Nearness(scope: place, key: 0, created: .max)
            if let than, !exact.isNearer(than: than) { return nil }
            let tag = try EntryArtifact.tag(CacheEntry.id(key, version: version, in: scope))
            if let found = try await artifact(.tag(tag)) {
                return Found(artifact: found, key: key, scope: scope, nearness: exact)
            }
            let list = try await list(scope, version)
            for (number, prefix) in ([key] + restoreKeys).enumerated() {
                for item in list.matching(prefix).prefix(Self.tries) {
                    let nearness = Nearness(scope: place, key: number + 1, created: item.about.created)
                    if let than, !nearness.isNearer(than: than) { return nil }
                    guard let key = try? CacheKey(item.about.key),
                        let found = try await artifact(.digest(item.manifest.digest))
                    else { continue }
                    return Found(artifact: found, key: key, scope: scope, nearness: nearness)
                }
            }
        }
        return nil
    }

    private func list(_ scope: Scope, _ version: String) async throws -> EntryList {
        EntryList(try await usable { try await client.manifest(.tag(EntryList.tag(scope, version: version))) })
    }

    private func artifact(_ name: ManifestName) async throws -> EntryArtifact? {
        try await usable { try await client.manifest(name) }.flatMap { try? EntryArtifact($0) }
    }

    /// What can't be read is as good as not there: the next push puts something better in its place.
    private func usable(_ read: () async throws -> RegistryManifest?) async throws -> RegistryManifest? {
        do { return try await read() } catch let error as BerthError where error.status == .damaged { return nil }
    }
}

/// How near an entry is to what was asked for: scope before key, key before age.
struct Nearness: Equatable, Sendable {
    /// Place of the scope in the order of looking.
    let scope: Int
    /// 0 for the key itself; 1 for what begins with it, then the restore keys.
    let key: Int
    /// Seconds since 1970.
    let created: Int64

    func isNearer(than other: Nearness) -> Bool { (scope, key, -created) < (other.scope, other.key, -other.created) }

    init(scope: Int, key: Int, created: Int64) { (self.scope, self.key, self.created) = (scope, key, created) }

    /// Of what a local lookup found.
    init(_ match: EntryCatalog.Match, _ key: CacheKey, _ restoreKeys: [CacheKey], _ access: ScopeAccess) {
        let text = match.entry.key.text.utf8
        let prefix = ([key] + restoreKeys).firstIndex { text.starts(with: $0.text.utf8) } ?? 0
        self.init(
            scope: access.readable.firstIndex { $0.isSame(as: match.entry.scope) } ?? 0,
            key: match.isExact ? 0 : prefix + 1, created: match.isExact ? .max : match.entry.created)
    }
}
