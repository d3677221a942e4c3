internal import BerthRegistry
internal import BerthStore
internal import BerthSystem

extension RemoteTier {
    /// Asks the registry before a local lookup, where that would find nothing as near; what the registry has is in the store
    /// then, so that the lookup finds it.
    ///
    /// Never fails and never waits longer than the settings say; returns what a person should know.
    package func prepare(
        _ key: CacheKey, restoreKeys: [CacheKey] = [], version: String, in scopes: ScopeAccess,
        now: Int64 = Machine.now
    ) async -> [String] {
        guard settings.reads, !pause.isOn(now: now) else { return [] }
        do {
            let local = try await offload { [store] in
                try EntryCatalog(store).find(key, restoreKeys: restoreKeys, version: version, in: scopes)
            }
            if local?.isExact == true { return [] }
            let near = local.map { Nearness($0, key, restoreKeys, scopes) }
            let client = try patient.reader(of: settings.repository)
            let found = try await within(settings.lookup, "asking \(settings.repository) for an entry") {
                try await RemoteCatalog(client: client)
                    .find(key, restoreKeys: restoreKeys, version: version, in: scopes, nearer: near)
            }
            guard let found else { return [] }
            let puller = EntryPuller(store: store, client: client)
            _ = try await within(settings.receive, "fetching an entry from \(settings.repository)") {
                try await puller.pull(found, version: version, now: now)
            }
            return []
        } catch { return note(error, "goes on without it", now) }
    }

    /// What to say of a failure; where asking again at once would bring nothing, the registry is left alone for a while.
    func note(_ error: any Error, _ consequence: String, _ now: Int64) -> [String] {
        guard let known = error as? BerthError else {
            return error is CancellationError ? [] : ["the shared cache \(settings.repository): \(error)"]
        }
        let isAway = [.temporary, .authenticationNeeded].contains(known.status)
        if isAway { pause.begin(now: now) }
        let rest = isAway ? "; it is not asked again for \(TierPause.length) s" : ""
        let hint = known.status == .authenticationNeeded ? known.remedy.map { " (\($0))" } ?? "" : ""
        return [
            "the shared cache \(settings.repository) is of no use now, Berth \(consequence)\(rest): \(known.what)\(hint)"
        ]
    }
}
