internal import BerthDocument

/// The projects of a pnpm workspace, and what each has in its `node_modules`.
struct PnpmImporters {
    let document: PnpmDocument

    /// Sections of an importer that name dependencies.
    static let kinds = [
        "dependencies", "devDependencies", "optionalDependencies", "configDependencies", "packageManagerDependencies",
    ]

    /// Whether a key at the top belongs to the one project of a version 6 lockfile without workspaces.
    static func isSection(_ key: String) -> Bool {
        kinds.contains(key) || key == "dependenciesMeta" || key == "publishDirectory" || key == "specifiers"
    }

    func note(_ notes: inout DependencyNotes) {
        for importer in document.importers { note(importer.key, importer.value.members, &notes) }
        if !document.root.has("importers") {
            if document.version == .nine {
                document.root.faults.add(
                    "\"importers\" is missing: the file is not whole; write it anew with `pnpm install`",
                    at: document.root.place)
            }
            let own = document.root.keys.filter(Self.isSection)
            note(".", own.compactMap { key in member(key) }, &notes)
        }
    }

    private func member(_ key: String) -> DocumentMember? {
        document.root.node(key).map { DocumentMember(key: key, place: document.root.place(of: key), value: $0) }
    }

    private func note(_ importer: String, _ sections: [DocumentMember], _ notes: inout DependencyNotes) {
        let subject = document.subject("importer \(importer)")
        for section in sections where section.key != "specifiers" {
            guard Self.kinds.contains(section.key) else {
                notes.facts(subject, section.key, section.value)
                continue
            }
            for dependency in section.value.members {
                guard let version = Self.version(dependency) else {
                    document.root.faults.add("the dependency \(dependency.key) has no version", at: dependency.place)
                    continue
                }
                notes.fact(subject, "\(section.key) \(dependency.key)", version)
            }
        }
    }

    /// What was chosen for a dependency, without the range that was asked for: that decides nothing any more.
    static func version(_ dependency: DocumentMember) -> String? {
        dependency.value["version"]?.text ?? dependency.value.text
    }
}
