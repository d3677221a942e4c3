internal import BerthDocument

/// `package-lock.json` of version 1, as npm 5 and 6 wrote it: a tree of `dependencies`, each folder in the one above.
struct PackageLockV1 {
    private let faults: Faults
    private var notes = DependencyNotes()

    static func read(_ root: MappingReader) throws(DocumentFaults) -> LockedDependencies {
        var lock = PackageLockV1(faults: root.faults)
        // A project without dependencies has no such key.
        lock.note(root.node("dependencies"), above: "")
        try root.faults.check()
        return lock.notes.locked(.packageLock)
    }

    private init(faults: Faults) { self.faults = faults }

    private mutating func note(_ dependencies: DocumentNode?, above: String) {
        guard let dependencies else { return }
        guard case .mapping(let members) = dependencies.kind else {
            return faults.add("\"dependencies\" is not a mapping", at: dependencies.place)
        }
        for member in members {
            let reader = MappingReader(member.value, faults, name: "the entry \"\(member.key)\"")
            let place = above + "node_modules/" + member.key
            noteEntry(member.key, reader, at: place)
            note(reader.node("dependencies"), above: place + "/")
        }
    }

    private mutating func noteEntry(_ folder: String, _ reader: MappingReader, at place: String) {
        guard let stated = reader.string("version", required: true) else { return }
        let resolved = reader.string("resolved") ?? ""
        let integrity = SourceAddress.hashes(reader.string("integrity"))
        let (name, version, address) = Self.identity(folder, stated, resolved)
        if SourceAddress.isLocal(address) {
            notes.fact(place, "is", ([name, version, address] + integrity).joined(separator: " "))
        } else {
            let source = address.isEmpty && reader.boolean("bundled") == true ? "bundled" : address
            notes.package(name, version, integrity: integrity, address: source)
            notes.fact(place, "is", [name, version, source].joined(separator: " "))
        }
        for flag in ["dev", "optional", "peer", "bundled"] where reader.boolean(flag) == true {
            notes.fact(place, flag == "bundled" ? "inBundle" : flag)
        }
        noteRequires(reader, at: place)
    }

    /// npm wrote `true` or `false` here in its first versions.
    private mutating func noteRequires(_ reader: MappingReader, at place: String) {
        guard let node = reader.node("requires"), node.text == nil else { return }
        for pair in reader.pairs("requires") ?? [] { notes.fact(place, "depends on \(pair.key)", pair.text) }
    }

    /// What `version` says: a version, the package behind an alias (`npm:name@1.0.0`), or an address.
    private static func identity(
        _ folder: String, _ stated: String, _ resolved: String
    ) -> (name: String, version: String, address: String) {
        if stated.hasPrefix("npm:"), let alias = PackageSpec(String(stated.dropFirst(4))) {
            return (alias.name, alias.rest, resolved)
        }
        return stated.contains(":") ? (folder, "", stated) : (folder, stated, resolved)
    }
}
