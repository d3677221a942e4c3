package import BerthCache

/// One reason why a lookup found what it found, or nothing.
package struct MissReason: Sendable, Codable, Equatable {
    /// For programs: `hit`, `prefix`, `other_version`, `other_scope`, `none`.
    package let code: String
    package let text: String

    package init(_ code: String, _ text: String) { (self.code, self.text) = (code, text) }
}

/// Whoever can say why a key is missed.
package protocol MissExplaining: Sendable {
    func explain(
        _ key: CacheKey, restoreKeys: [CacheKey], version: String, in access: ScopeAccess
    ) throws -> [MissReason]
}

/// Says what the records of the entries tell; of the job's own repository only.
package struct CatalogExplainer: MissExplaining {
    private let catalog: EntryCatalog

    package init(_ catalog: EntryCatalog) { self.catalog = catalog }

    package func explain(
        _ key: CacheKey, restoreKeys: [CacheKey], version: String, in access: ScopeAccess
    ) throws -> [MissReason] {
        let own = access.own
        if let match = try catalog.find(key, restoreKeys: restoreKeys, version: version, in: access) {
            let place = "in \(match.entry.scope.reference)"
            return match.isExact
                ? [MissReason("hit", "an entry has the key, \(place)")]
                : [MissReason("prefix", "no entry has the key; \(match.entry.key) is the nearest, \(place)")]
        }
        let named = try catalog.list().filter {
            $0.scope.repository == own.repository && $0.key.text.utf8.elementsEqual(key.text.utf8)
        }
        let reasons = named.map { entry in
            access.readable.contains(entry.scope)
                ? MissReason(
                    "other_version",
                    "an entry in \(entry.scope.reference) has the key, for other paths or another toolchain")
                : MissReason(
                    "other_scope", "exists in scope \(entry.scope.reference), not visible from \(own.reference)")
        }
        return reasons.isEmpty ? [MissReason("none", "no entry of \(own.repository) has the key")] : reasons
    }
}
