internal import BerthDocument
internal import BerthSystem

/// All versions of a package as a registry lists them (`application/vnd.npm.install-v1+json`).
package struct NpmPackument: Sendable {
    /// What is read at most, in bytes; packages with thousands of versions have some MiB.
    static let largest = 64 << 20

    package let name: String
    /// By the name under which the registry keeps it.
    let manifests: [String: NpmManifest]
    private let tags: [String: String]

    /// Versions that can't be read are left out; throws `.failed` when the whole is no answer of a registry.
    package init(_ bytes: [UInt8], name: String, place: String) throws {
        let root: DocumentNode
        do { root = try JSONDocument(bytes, file: name, limit: Self.largest).root } catch {
            throw Self.unusable(name, place, error.faults.first?.description ?? "it is not JSON")
        }
        guard case .mapping? = root["versions"]?.kind else { throw Self.unusable(name, place, "it lists no versions") }
        if let stated = root["name"]?.quoted, stated != name {
            throw Self.unusable(name, place, "it is that of the package \(stated.escaped)")
        }
        self.name = name
        var manifests: [String: NpmManifest] = [:]
        for member in root["versions"]?.members ?? [] where NpmVersion(member.key) != nil {
            manifests[member.key] = NpmManifest(member.value, name: name)
        }
        self.manifests = manifests
        tags = (root["dist-tags"]?.members ?? []).reduce(into: [:]) { $0[$1.key] = $1.value.quoted }
    }

    /// The `libc` field of one version's own document.
    static func libcs(_ bytes: [UInt8]) -> [String] {
        guard let root = try? JSONDocument(bytes, file: "a version", limit: largest).root else { return [] }
        return NpmManifest(root)?.platform.libcs ?? []
    }

    private static func unusable(_ name: String, _ place: String, _ reason: String) -> BerthError {
        BerthError(
            .failed, "the registry's answer on \(name.escaped) can't be used: \(reason)", place: place,
            done: "nothing was changed", remedy: "open the address in a browser: is it that of an npm registry?")
    }

    /// The version that npm would take; nil when none fits.
    ///
    /// The tagged latest where it fits and runs on this Node; else the highest, those that run before those that
    /// don't, deprecated ones last (npm-pick-manifest).
    func pick(_ spec: NpmSpec, node: NpmVersion) -> NpmManifest? {
        switch spec {
        case .tag(let tag): return tags[tag].flatMap { manifests[$0] }
        case .version(let version): return manifests[version.description] ?? best(NpmRange("=\(version)"), node)
        case .range(let range): return latest(in: range, node) ?? best(range, node)
        case .alias, .elsewhere: return nil
        }
    }

    private func latest(in range: NpmRange, _ node: NpmVersion) -> NpmManifest? {
        guard let name = tags["latest"], let version = NpmVersion(name), let manifest = manifests[name],
            range.isAny || range.contains(version), manifest.admits(node), !manifest.isDeprecated
        else { return nil }
        return manifest
    }

    private func best(_ range: NpmRange?, _ node: NpmVersion) -> NpmManifest? {
        guard let range else { return nil }
        func rank(_ item: (key: String, value: NpmManifest)) -> (Int, Int, Int)? {
            guard let version = NpmVersion(item.key), range.contains(version) else { return nil }
            let (runs, kept) = (item.value.admits(node), !item.value.isDeprecated)
            return (runs && kept ? 1 : 0, runs ? 1 : 0, kept ? 1 : 0)
        }
        let fitting = manifests.compactMap { item in
            rank(item).flatMap { rank in NpmVersion(item.key).map { (rank, $0, item) } }
        }
        return fitting.max { ($0.0.0, $0.0.1, $0.0.2, $0.1, $0.2.key) < ($1.0.0, $1.0.1, $1.0.2, $1.1, $1.2.key) }?.2
            .value
    }
}
