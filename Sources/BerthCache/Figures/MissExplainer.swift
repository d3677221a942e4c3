internal import BerthArchive
package import BerthReport
package import BerthStore
internal import BerthSystem

/// Says why a key would be found or missed, from the entries that are there and from what the log remembers.
package struct MissExplainer: Sendable {
    let store: Store

    package init(_ store: Store) { self.store = store }

    /// Looks at one key; any version where none is given.
    package func explain(_ key: CacheKey, version: String?, in access: ScopeAccess) throws -> CacheExplanation {
        Evictor(store, CachePolicy()).settle()
        let entries = try EntryCatalog(store).list().filter { $0.scope.repository == access.own.repository }
        let same = entries.filter { $0.key.text.utf8.elementsEqual(key.text.utf8) }
        let fitting = same.filter { version == nil || $0.version == version }
        let isVisible = { (entry: CacheEntry) in access.readable.contains { $0.isSame(as: entry.scope) } }
        var report = CacheExplanation(
            key: key.text.escaped, version: version?.escaped,
            scopes: access.readable.map { "\($0)".escaped }, findings: [])
        report.findings += fitting.filter(isVisible).map(present)
        report.findings += damagedRecords(key, version, access)
        report.findings += evictions(key, version, access, &report.notes)
        report.findings += fitting.filter { !isVisible($0) }.map { otherScope($0, access) }
        report.findings += same.filter { version != nil && $0.version != version }.map {
            otherToolchain($0, isVisible: isVisible($0))
        }
        if report.findings.isEmpty { report.findings = [nearest(key, version, entries.filter(isVisible))] }
        return report
    }

    private func present(_ entry: CacheEntry) -> CacheExplanation.Finding {
        let missing = entry.blobs.filter { !store.contains($0) }
        guard missing.isEmpty else {
            return .init(
                .damaged,
                "damaged: it was saved on \(TimeWords.of(entry.created)) in \("\(entry.scope)".escaped), and the store "
                    + "lacks \(missing.count) of its \(entry.blobs.count) parts; the next save stores them anew")
        }
        return .init(
            .found, "found: saved on \(TimeWords.of(entry.created)) in \("\(entry.scope)".escaped), \(entry.size)")
    }

    /// A record that can't be read says nothing of its key, but its name does.
    private func damagedRecords(
        _ key: CacheKey, _ version: String?, _ access: ScopeAccess
    ) -> [CacheExplanation.Finding] {
        guard let version else { return [] }
        return access.readable.compactMap { scope in
            let id = CacheEntry.id(key, version: version, in: scope)
            guard (try? store.entries.ids().contains(id)) == true,
                (try? store.entries.read(id)).flatMap({ $0 }).flatMap({ try? CacheEntry($0) }) == nil
            else { return nil }
            return .init(
                .damaged,
                "damaged: the record of its entry in \("\(scope)".escaped) can't be read; berth cache evict removes it")
        }
    }

    private func evictions(
        _ key: CacheKey, _ version: String?, _ access: ScopeAccess, _ notes: inout [String]
    ) -> [CacheExplanation.Finding] {
        let rows: [EvictionRow]
        do { rows = try store.cacheLog.evictions(repository: access.own.repository, key: key.text) } catch {
            notes.append("the history can't be read, so evictions are not known: run `berth store repair`")
            return []
        }
        let readable = Set(access.readable.map(\.reference))
        return rows.filter { (version == nil || $0.version == version) && readable.contains($0.reference) }.prefix(3)
            .map { row in
                .init(
                    .evicted,
                    "evicted on \(TimeWords.of(row.at)) from \(row.reference.escaped) (\(row.reason)): \(row.detail)")
            }
    }

    private func otherScope(_ entry: CacheEntry, _ access: ScopeAccess) -> CacheExplanation.Finding {
        .init(
            .otherScope,
            "not visible: it exists in \(entry.scope.reference.escaped), saved on \(TimeWords.of(entry.created)), and "
                + "\(access.own.reference.escaped) reads "
                + access.readable.map(\.reference.escaped).joined(separator: ", ") + " only")
    }

    private func otherToolchain(_ entry: CacheEntry, isVisible: Bool) -> CacheExplanation.Finding {
        .init(
            .otherToolchain,
            "other toolchain or paths: an entry of this key\(isVisible ? "" : ", in \(entry.scope.reference.escaped),") "
                + "has version \(entry.version.escaped)")
    }

    private func nearest(
        _ key: CacheKey, _ version: String?, _ visible: [CacheEntry]
    ) -> CacheExplanation.Finding {
        func common(_ entry: CacheEntry) -> Int {
            zip(entry.key.text.utf8, key.text.utf8).prefix { $0 == $1 }.count
        }
        let family = KeyFamily.of(key.text)
        let near = visible.filter { common($0) >= min(family.utf8.count, key.text.utf8.count) && family != key.text }
        guard let entry = near.max(by: { (common($0), $0.created) < (common($1), $1.created) }) else {
            return .init(.none, "no such entry: nothing was saved under this key, or the log has forgotten it")
        }
        let other = version.map { entry.version == $0 ? "" : ", of another toolchain or other paths," } ?? ""
        return .init(
            .nearest,
            "no such entry: the nearest\(other) is \(entry.key.text.escaped), saved on \(TimeWords.of(entry.created)); "
                + "berth cache key --diff tells what differs")
    }
}
