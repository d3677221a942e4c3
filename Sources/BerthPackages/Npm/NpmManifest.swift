package import BerthArchive
internal import BerthDocument
package import BerthLockfiles

/// What a registry says of one version of a package, or a package of itself.
package struct NpmManifest: Sendable, Hashable {
    package let name: String
    /// As published.
    package let version: String
    /// Without those that are optional.
    package var dependencies: [DependencySpec] = []
    package var optionalDependencies: [DependencySpec] = []
    package var peerDependencies: [DependencySpec] = []
    package var optionalPeers: Set<String> = []
    /// Names of dependencies that lie inside of the tarball.
    package var bundled: Set<String> = []
    package var bins: [NpmBin] = []
    package var hasInstallScript = false
    package var platform = NpmPlatform()
    /// The versions of Node that it wants; nil for all.
    package var node: String?
    package var isDeprecated = false
    /// The tarball's address as the registry writes it.
    package var tarball: String?
    package var integrity: Integrity?

    package init(name: String, version: String) { (self.name, self.version) = (name, version) }

    /// Whether a version of Node will do for it.
    func admits(_ version: NpmVersion) -> Bool {
        guard let node else { return true }
        return NpmRange(node, withPrereleases: true)?.contains(version) ?? false
    }
}

extension NpmManifest {
    /// From a version's part of registry metadata, or from a `package.json`; nil without name and version.
    ///
    /// What has a wrong kind does not count, as with npm: what is published can't be mended.
    init?(_ node: DocumentNode, name stated: String? = nil) {
        guard let name = stated ?? node["name"]?.quoted, let version = node["version"]?.quoted else { return nil }
        self.init(name: name, version: version)
        let optional = Self.specs(node["optionalDependencies"])
        optionalDependencies = optional
        dependencies = Self.specs(node["dependencies"]).filter { item in !optional.contains { $0.name == item.name } }
        peerDependencies = Self.specs(node["peerDependencies"])
        optionalPeers = Set(
            (node["peerDependenciesMeta"]?.members ?? []).filter { $0.value["optional"]?.text == "true" }.map(\.key))
        bundled = Self.bundled(node, dependencies + optional)
        bins = NpmBin.all(in: node["bin"], of: name)
        hasInstallScript = node["hasInstallScript"]?.text == "true" || !NpmScripts.run(atInstall: node).isEmpty
        platform = NpmPlatform(
            systems: Self.texts(node["os"]), processors: Self.texts(node["cpu"]), libcs: Self.texts(node["libc"]))
        self.node = node["engines"]?["node"]?.quoted
        isDeprecated = node["deprecated"].map { !($0.text ?? "").isEmpty && $0.text != "false" } ?? false
        tarball = node["dist"]?["tarball"]?.quoted
        integrity = Self.integrity(node["dist"])
    }

    private static func specs(_ node: DocumentNode?) -> [DependencySpec] {
        (node?.members ?? []).compactMap { member in
            member.value.quoted.map { DependencySpec(name: member.key, spec: $0) }
        }
    }

    private static func texts(_ node: DocumentNode?) -> [String] {
        if let text = node?.quoted { return [text] }
        return (node?.items ?? []).compactMap(\.quoted)
    }

    /// A list of names, or `true` for all.
    private static func bundled(_ node: DocumentNode, _ all: [DependencySpec]) -> Set<String> {
        guard let list = node["bundleDependencies"] ?? node["bundledDependencies"] else { return [] }
        if list.text == "true" { return Set(all.map(\.name)) }
        return Set(list.items.compactMap(\.quoted) + list.members.map(\.key))
    }

    /// SHA-1 counts only where there is nothing better: it is all that old files have.
    private static func integrity(_ dist: DocumentNode?) -> Integrity? {
        if let text = dist?["integrity"]?.quoted, let found = try? Integrity(text) { return found }
        return dist?["shasum"]?.quoted.flatMap { try? Integrity(sha1: $0) }
    }
}
