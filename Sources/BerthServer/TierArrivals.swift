internal import BerthCache

/// Entries on their way from the shared tier: jobs that ask for the same one wait for one fetch.
actor TierArrivals {
    struct Asked: Hashable {
        let key: CacheKey
        let restoreKeys: [CacheKey]
        let version: String
        let access: ScopeAccess
    }

    private var running: [Asked: Task<[String], Never>] = [:]

    /// Brings what the tier has for a lookup into the store; returns what a person should know.
    ///
    /// Never fails and never waits longer than the tier's settings say.
    func prepare(_ asked: Asked, from tier: RemoteTier) async -> [String] {
        if let task = running[asked] {
            _ = await task.value
            return []
        }
        let task = Task {
            await tier.prepare(asked.key, restoreKeys: asked.restoreKeys, version: asked.version, in: asked.access)
        }
        running[asked] = task
        defer { running[asked] = nil }
        return await task.value
    }
}
