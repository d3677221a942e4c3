package import BerthArchive
package import BerthStore
internal import BerthSystem

/// Keeps the entries that are kept unpacked within the policy: they are derived, so they go before any entry does.
package struct HotUpkeep: Sendable {
    let store: Store
    let policy: CachePolicy
    private let home: HotFolder

    package init(_ store: Store, _ policy: CachePolicy) {
        (self.store, self.policy, home) = (store, policy, HotFolder(store))
    }

    /// Drops copies of entries that are gone, then the least recently used ones above the limit or as long as the disk
    /// has less free space than it should; what somebody uses or has mounted stays.
    ///
    /// Returns what went. Blocks.
    @discardableResult
    package func run() throws -> [HotFolder.Item] {
        guard Files.exists(home.root) else { return [] }
        var dropped = try dropOrphans() + home.trim(to: policy.hot)
        for item in home.list() where lacksSpace {
            if try home.drop(item.manifest) { dropped.append(item) }
        }
        return dropped
    }

    /// Drops copies of entries that are not in the store any more.
    func dropOrphans() throws -> [HotFolder.Item] {
        let items = home.list()
        guard !items.isEmpty else { return [] }
        let known = Set(try EntryCatalog(store).list().map(\.manifest))
        return try items.filter { try !known.contains($0.manifest) && home.drop($0.manifest) }
    }

    /// Bytes that could go.
    var spare: ByteCount {
        home.list().filter(\.mounts.isEmpty).reduce(ByteCount(0)) { $0 + $1.facts.size }
    }

    private var lacksSpace: Bool { Machine.freeSpace(at: store.root).map { $0 < policy.free.value } ?? false }
}

extension [HotFolder.Item] {
    /// Bytes of all of them together.
    package var bytes: ByteCount { reduce(ByteCount(0)) { $0 + $1.facts.size } }
}
