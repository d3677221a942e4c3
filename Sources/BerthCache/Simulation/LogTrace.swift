internal import BerthArchive
package import BerthStore

/// The own log as a trace: lookups as they were, with the sizes and costs of the entries that were saved.
package enum LogTrace {
    /// Lookups of what was never saved, and of what the log has forgotten, can't be hits in any cache.
    package static func read(_ log: CacheLog) throws -> CacheTrace {
        var builder = TraceBuilder()
        let events = try log.events()
        var closings = try log.closings().sorted { $0.at < $1.at }[...]
        for case .save(let row) in events {
            let size = row.packs.reduce(Int64(0)) { $0 + $1.size }
            builder.describe(
                repository: row.repository, version: row.version, key: row.key, size: max(size, 1),
                cost: row.cost ?? 0, parts: row.packs)
        }
        for case .lookup(let row) in events {
            while let closing = closings.first, closing.at < row.at {
                builder.close(repository: closing.repository, scope: closing.reference)
                closings.removeFirst()
            }
            builder.add(
                .init(
                    repository: row.repository, scope: row.reference, others: row.others, version: row.version,
                    key: row.key))
        }
        return builder.finish()
    }
}
