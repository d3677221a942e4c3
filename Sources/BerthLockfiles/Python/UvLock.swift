internal import BerthDocument

/// Reads `uv.lock`, version 1 of any revision: revisions only add keys, and keys not known here count as shape.
struct UvLock {
    private let draft = LockDraft()

    func read(_ bytes: [UInt8], file: String) throws(DocumentFaults) -> LockedDependencies {
        let document = try TOMLDocument(bytes, file: file)
        let reader = MappingReader(document.root, draft.faults, name: "the lockfile")
        checkVersion(reader)
        let listed = reader.mappings("package", allowEmpty: true) ?? []
        var references: [Reference] = []
        let names = Set(listed.compactMap { package($0, &references) })
        for member in document.root.members where !["version", "revision", "package"].contains(member.key) {
            draft.note(member.key, member.value)
        }
        references += members(document.root)
        // A file that was cut between two packages is well-formed; it shows by what is wanted and not there.
        for reference in references where !names.contains(reference.name) {
            draft.faults.add(
                "\(reference.name) is wanted here and not in the lockfile, which may be cut; \(LockDraft.remedy)",
                at: reference.place)
        }
        return try draft.result(.uv)
    }

    private func checkVersion(_ reader: MappingReader) {
        guard let version = reader.integer("version", in: 0...(1 << 32), required: true), version != 1 else { return }
        reader.fault("version", "version \(version) of uv.lock is not known; this program reads version 1")
    }

    private func members(_ root: DocumentNode) -> [Reference] {
        (root["manifest"]?["members"]?.items ?? [])
            .compactMap { item in
                item.quoted.map { Reference(name: PythonName.normalised($0), place: item.place) }
            }
    }

    /// Reads one package; returns its name.
    private func package(_ reader: MappingReader, _ references: inout [Reference]) -> String? {
        guard let name = reader.projectName() else { return nil }
        var entry = LockEntry(name, at: reader.place)
        entry.version = reader.string("version") ?? ""
        if let file = reader.mapping("sdist") { entry.takeHash(file) }
        reader.fileHashes("wheels", &entry)
        UvSource(faults: draft.faults).read(reader, &entry)
        for (key, node) in reader.others(than: UvLock.known) { entry.note(key, node) }
        let edges = UvEdges(faults: draft.faults)
        edges.list("dependencies", reader, &entry, &references)
        edges.lists("optional-dependencies", "extra", reader, &entry, &references)
        edges.lists("dev-dependencies", "group", reader, &entry, &references)
        draft.add(entry)
        return name
    }

    /// Keys that are read by name, and `metadata`: what a member asks for, of which the edges say what it got.
    private static let known: Set = [
        "name", "version", "source", "sdist", "wheels", "metadata", "dependencies", "optional-dependencies",
        "dev-dependencies",
    ]

    /// A name that a package must have.
    struct Reference {
        let name: String
        let place: DocumentPlace
    }
}

extension MappingReader {
    /// The members but for some, in the order of the file.
    func others(than known: Set<String>) -> [(key: String, node: DocumentNode)] {
        keys.filter { !known.contains($0) }.compactMap { key in node(key).map { (key, $0) } }
    }
}
