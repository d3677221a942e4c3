internal import BerthArchive
package import BerthLockfiles
internal import BerthRegistry
internal import BerthSystem

extension NpmConfiguration {
    /// The packages that a `package-lock.json` puts onto a target, at the locations that it names.
    ///
    /// Without packages for development. Throws `.usage` for what no registry has: links to folders of the project,
    /// git repositories, entries without a hash; and for packages that are needed and not for this target.
    package func packages(
        of lock: PackageLock, for target: NpmTarget, allowedScripts: [String: String] = [:]
    ) throws -> NpmResolver.Resolution {
        let tree = try NpmLockTree(lock)
        let warnings = try tree.root.prune(for: target)
        let packages = try tree.root.subtree.compactMap { node in
            try tree.entry(of: node).flatMap { try package($0, node, isOptional: !tree.isNeeded(node)) }
        }.sorted { $0.location < $1.location }
        try NpmScripts.check(packages, allowed: allowedScripts)
        return NpmResolver.Resolution(packages: packages, warnings: warnings)
    }

    private func package(_ entry: PackageLockEntry, _ node: NpmNode, isOptional: Bool) throws -> NpmPackage? {
        if entry.flags.contains(.bundled) { return nil }
        guard let version = entry.version, let integrity = entry.integrity else {
            throw NpmLockTree.unusable(entry, "it has no hash, so it comes from no registry")
        }
        let usual = NpmFileName.usual(entry.name, version)
        var stated = entry.resolved
        if let text = stated, !text.lowercased().hasPrefix("http:"), !text.lowercased().hasPrefix("https:") {
            throw NpmLockTree.unusable(entry, "it comes from \(Address.redacted(text)), which is no registry")
        }
        // A registry's address is found again at the registry that is configured here.
        if stated?.contains("/-/") == true { stated = nil }
        let pin = NpmPin(name: entry.name, version: version, fileName: usual)
        let bins = entry.bins.compactMap { NpmBin(name: $0.name.isEmpty ? entry.name : $0.name, file: $0.spec) }
        return NpmPackage(
            name: entry.name, version: version, location: try ArchivePath(parsing: entry.location),
            integrity: integrity, fileName: usual, addresses: try addresses(of: pin, stated: stated),
            bins: NpmBin.unique(bins), hasInstallScript: entry.flags.contains(.installScript), isOptional: isOptional,
            isRequested: node.parent?.isRoot == true && node.parent?.edge(node.name) != nil)
    }
}

/// A lock's entries as the tree that they lay out.
private struct NpmLockTree {
    let root: NpmNode
    private let entries: [String: PackageLockEntry]
    private let needed: NpmNodeSet

    init(_ lock: PackageLock) throws {
        let project = lock.project
        let wants = (project?.dependencies ?? []).filter { item in
            project?.optionalDependencies.contains { $0.name == item.name } != true
        }
        root = NpmNode(root: wants, optional: project?.optionalDependencies ?? [])
        let used = lock.entries.filter { entry in
            !entry.location.isEmpty && entry.flags.isDisjoint(with: [.development, .extraneous])
        }
        entries = Dictionary(used.map { ($0.location, $0) }) { first, _ in first }
        for entry in used.sorted(by: { $0.location.utf8.count < $1.location.utf8.count }) {
            try Self.add(entry, to: root)
        }
        needed = root.needed
    }

    func entry(of node: NpmNode) -> PackageLockEntry? { entries[node.location] }

    func isNeeded(_ node: NpmNode) -> Bool { needed.contains(node) }

    private static func add(_ entry: PackageLockEntry, to root: NpmNode) throws {
        if entry.flags.contains(.link) { throw unusable(entry, "it is a link to a folder of the project") }
        var parts = entry.location.split(separator: "/")[...]
        var parent = root
        while parts.popFirst() == "node_modules", let first = parts.popFirst() {
            let name = first.hasPrefix("@") ? "\(first)/\(parts.popFirst() ?? "")" : String(first)
            guard NpmName.isValid(name) else { break }
            if parts.isEmpty {
                _ = NpmNode(name: name, NpmManifest(entry), parent: parent)
                return
            }
            guard let next = parent.child(name) else { break }
            parent = next
        }
        throw unusable(entry, "its location is not that of a package in node_modules")
    }

    static func unusable(_ entry: PackageLockEntry, _ reason: String) -> BerthError {
        BerthError(
            .usage, "the lock's entry \"\(entry.location.escaped)\" can't be installed: \(reason)",
            place: "\(entry.place)", done: "nothing was changed",
            remedy: "lock packages of a registry only; folders of a project are copied with files of the recipe")
    }
}

extension NpmManifest {
    /// What a lock's entry says of its package.
    fileprivate init(_ entry: PackageLockEntry) {
        self.init(name: entry.name, version: entry.version ?? "")
        dependencies = entry.dependencies
        optionalDependencies = entry.optionalDependencies
        peerDependencies = entry.peerDependencies
        optionalPeers = entry.optionalPeers
        platform = NpmPlatform(systems: entry.systems, processors: entry.processors, libcs: entry.libcs)
        node = entry.engines.first { $0.name == "node" }?.spec
        integrity = entry.integrity
    }
}
