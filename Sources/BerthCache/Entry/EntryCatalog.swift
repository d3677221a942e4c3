internal import BerthArchive
package import BerthStore
internal import BerthSystem

/// The entries of a store, found by key and scope.
package struct EntryCatalog: Sendable {
    let store: Store

    package init(_ store: Store) { self.store = store }

    /// What a lookup found.
    package struct Match: Sendable {
        package let entry: CacheEntry
        /// Whether it has the key itself; otherwise it is a restore key's newest.
        package let isExact: Bool
    }

    /// Looks as GitHub does (docs "dependency caching"): in each readable scope, nearest first, the key itself, then as a
    /// prefix, then each restore key; of one prefix the newest entry counts.
    package func find(
        _ key: CacheKey, restoreKeys: [CacheKey] = [], version: String, in access: ScopeAccess
    ) throws -> Match? {
        var all: [CacheEntry]?
        for scope in access.readable {
            if let entry = try exact(key, version: version, in: scope) { return Match(entry: entry, isExact: true) }
            let known = try all ?? list()
            all = known
            let near = known.filter { $0.scope.isSame(as: scope) && $0.version == version }
            for prefix in [key] + restoreKeys {
                if prefix != key, let entry = near.first(where: { $0.key.text.utf8.elementsEqual(prefix.text.utf8) }) {
                    return Match(entry: entry, isExact: false)
                }
                let fitting = near.filter { $0.key.text.utf8.starts(with: prefix.text.utf8) }
                if let newest = fitting.max(by: { ($0.created, $0.key.text) < ($1.created, $1.key.text) }) {
                    return Match(entry: newest, isExact: false)
                }
            }
        }
        return nil
    }

    /// The entry of a key; nil where there is none, and where its record is damaged.
    func exact(_ key: CacheKey, version: String, in scope: Scope) throws -> CacheEntry? {
        guard let record = try? store.entries.read(CacheEntry.id(key, version: version, in: scope)) else { return nil }
        return try? CacheEntry(record)
    }

    /// All entries that can be read.
    package func list() throws -> [CacheEntry] { try store.entries.readable().compactMap { try? CacheEntry($0) } }
}
