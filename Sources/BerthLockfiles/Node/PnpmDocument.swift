internal import BerthDocument

/// One document of a pnpm lockfile.
struct PnpmDocument {
    let version: PnpmLock.Version
    let isEnvironment: Bool
    let root: MappingReader
    let importers: [DocumentMember]
    let packages: [DocumentMember]
    /// How each copy of a package is wired; none in version 6, where `packages` says it.
    let snapshots: [DocumentMember]

    init(version: PnpmLock.Version, isEnvironment: Bool, root: MappingReader) {
        (self.version, self.isEnvironment, self.root) = (version, isEnvironment, root)
        importers = Self.mappings("importers", root)
        packages = Self.mappings("packages", root)
        snapshots = Self.mappings("snapshots", root)
    }

    /// Sections with a meaning of their own; all other keys are settings (overrides, checksums and what may come).
    ///
    /// `time` holds when packages were published: nothing of it gets into a tree.
    private static let sections: Set<String> = [
        "lockfileVersion", "importers", "packages", "snapshots", "time", "catalogs", "patchedDependencies",
    ]

    func note(_ notes: inout DependencyNotes) {
        PnpmImporters(document: self).note(&notes)
        PnpmPackages(document: self).note(&notes)
        PnpmEdges(document: self).check()
        noteSettings(&notes)
    }

    /// A subject's name, so that the two documents of a file keep apart.
    func subject(_ text: String) -> String { isEnvironment ? "environment: \(text)" : text }

    /// A section's members; none when it does not stand there.
    private static func members(_ section: String, _ root: MappingReader) -> [DocumentMember] {
        guard let node = root.node(section) else { return [] }
        guard case .mapping(let members) = node.kind else {
            root.faults.add("\"\(section)\" is not a mapping", at: node.place)
            return []
        }
        return members
    }

    /// The members of a section that has a mapping for each.
    private static func mappings(_ section: String, _ root: MappingReader) -> [DocumentMember] {
        members(section, root).filter { member in
            if case .mapping = member.value.kind { return true }
            root.faults.add("\(member.key) has \(member.value.kindName), not a mapping", at: member.place)
            return false
        }
    }

    private func noteSettings(_ notes: inout DependencyNotes) {
        for key in root.keys where !Self.sections.contains(key) && !PnpmImporters.isSection(key) {
            guard let node = root.node(key) else { continue }
            notes.facts(subject("settings"), key, node)
        }
        for catalog in Self.members("catalogs", root) {
            for item in catalog.value.members {
                notes.fact(
                    subject("catalog \(catalog.key)"), item.key, item.value["version"]?.text ?? item.value.text ?? "")
            }
        }
        // Newer pnpm writes only the hash; the patch's own path decides nothing.
        for patch in Self.members("patchedDependencies", root) {
            guard let hash = patch.value.text ?? patch.value["hash"]?.text else {
                root.faults.add("the patch of \(patch.key) has no hash", at: patch.value.place)
                continue
            }
            notes.fact(subject("settings"), "patch \(patch.key)", hash)
        }
    }
}
