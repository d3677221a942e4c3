internal import BerthArchive
package import BerthRegistry
package import BerthStore
internal import BerthSystem

/// The shared tier: entries of the store in a repository of any OCI registry.
///
/// The store is complete without it. What it is asked for by itself (`prepare`, `offer`) never fails: a registry in trouble
/// is a note and a miss.
package struct RemoteTier: Sendable {
    let store: Store
    let settings: TierSettings
    let access: RegistryAccess

    package init(_ store: Store, _ settings: TierSettings, _ access: RegistryAccess) {
        (self.store, self.settings) = (store, settings)
        var access = access
        if settings.isInsecure { access.insecure.insert(settings.repository.host) }
        self.access = access
    }

    /// Where the entries lie.
    package var repository: Repository { settings.repository }

    var queue: TierQueue { TierQueue(store: store, repository: settings.repository) }
    var pause: TierPause { TierPause(store: store, repository: settings.repository) }

    /// The same with bounds for work that nobody has asked for.
    var patient: RegistryAccess {
        var bounded = access
        bounded.policy = settings.patient(access.policy)
        return bounded
    }

    /// Pushes an entry, with the list of its scope.
    ///
    /// Throws where the registry can't be reached or the store lost a part of it.
    package func push(_ entry: CacheEntry) async throws -> PushedEntry { try await pusher(access).push(entry) }

    func pusher(_ access: RegistryAccess) throws -> EntryPusher {
        EntryPusher(store: store, client: try access.writer(of: settings.repository))
    }

    /// Brings what a lookup finds on the registry into the store, by the rules of a local lookup; nil where it has nothing.
    package func pull(
        _ key: CacheKey, restoreKeys: [CacheKey] = [], version: String, in scopes: ScopeAccess,
        now: Int64 = Machine.now
    ) async throws -> EntryCatalog.Match? {
        let client = try access.reader(of: settings.repository)
        let found = try await RemoteCatalog(client: client)
            .find(key, restoreKeys: restoreKeys, version: version, in: scopes, nearer: nil)
        guard let found else { return nil }
        let parts = [found.artifact.tree] + found.artifact.packs
        let entry = try await RoomMaker(store).retrying(parts.reduce(ByteCount(0)) { $0 + $1.size }) {
            try await EntryPuller(store: store, client: client).pull(found, version: version, now: now)
        }
        return .init(entry: entry, isExact: found.nearness.key == 0)
    }
}
