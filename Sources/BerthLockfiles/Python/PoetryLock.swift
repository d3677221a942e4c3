internal import BerthDocument

/// Reads `poetry.lock`, lock-version 1.x and 2.x.
struct PoetryLock {
    private let draft = LockDraft()

    func read(_ bytes: [UInt8], file: String) throws(DocumentFaults) -> LockedDependencies {
        let document = try TOMLDocument(bytes, file: file)
        let reader = MappingReader(document.root, draft.faults, name: "the lockfile")
        // Poetry writes this table last: a file without it was cut, if it is poetry's.
        guard let metadata = reader.mapping("metadata", required: true) else {
            return try draft.result(.poetry)
        }
        checkVersion(metadata)
        let files = filesByName(metadata)
        for package in reader.mappings("package", allowEmpty: true) ?? [] { self.package(package, files) }
        for (key, node) in reader.others(than: ["package", "metadata"]) { draft.note(key, node) }
        for (key, node) in metadata.others(than: ["lock-version", "content-hash", "files", "hashes"]) {
            draft.note("metadata." + key, node)
        }
        return try draft.result(.poetry)
    }

    private func checkVersion(_ metadata: MappingReader) {
        guard let version = metadata.string("lock-version", required: true) else { return }
        guard let major = Int(version.prefix { $0 != "." }), (1...2).contains(major) else {
            return metadata.fault(
                "lock-version", "lock-version \(version) is not known; this program reads 1.x and 2.x")
        }
    }

    /// Up to lock-version 1.1 the hashes stand together at the end, by name.
    private func filesByName(_ metadata: MappingReader) -> [String: DocumentNode] {
        let members = metadata.mapping("files").map { table in table.keys.compactMap { key in (key, table.node(key)) } }
        return (members ?? []).reduce(into: [:]) { $0[PythonName.normalised($1.0)] = $1.1 }
    }

    private func package(_ reader: MappingReader, _ files: [String: DocumentNode]) {
        guard let name = reader.projectName(), let version = reader.string("version", required: true) else { return }
        var entry = LockEntry(name, at: reader.place)
        entry.version = version
        reader.fileHashes("files", &entry)
        for file in files[name]?.items ?? [] {
            entry.takeHash(MappingReader(file, draft.faults, name: "a file of \(name)"))
        }
        PoetrySource(faults: draft.faults).read(reader.mapping("source"), &entry)
        dependencies(reader.mapping("dependencies"), &entry)
        for (key, node) in reader.others(than: PoetryLock.known) { entry.note(key, node) }
        draft.add(entry)
    }

    /// A name with a range, a table, or a list of these.
    private func dependencies(_ reader: MappingReader?, _ entry: inout LockEntry) {
        guard let reader else { return }
        for (key, node) in reader.others(than: []) {
            let aspect = "depends on \(PythonName.normalised(key))"
            if case .mapping(let members) = node.kind {
                entry.note(aspect, DocumentNode.canonical(members))
            } else {
                entry.note(aspect, node)
            }
        }
    }

    private static let known: Set = ["name", "version", "description", "files", "source", "dependencies"]
}

/// Reads where a package of `poetry.lock` comes from.
private struct PoetrySource {
    let faults: Faults

    func read(_ source: MappingReader?, _ entry: inout LockEntry) {
        // Without the table it comes from the index that poetry is set to use.
        guard let source else { return entry.requireHash(faults) }
        guard let kind = source.string("type", required: true), let address = source.string("url", required: true)
        else { return }
        switch kind {
        case "directory": return entry.isFolder(kind, address)
        case "legacy", "url", "file": entry.requireHash(faults)
        case "git":
            // Before lock-version 1.1 the commit stood where the branch or tag stands now.
            let commit = source.string("resolved_reference") ?? source.string("reference") ?? ""
            if !SourceText.isCommit(commit) {
                source.fault("url", "\(entry.name) comes from git without a commit; \(LockDraft.remedy)")
            }
        default: source.fault("type", "\(entry.name) comes from a \"\(kind)\", which this program does not know")
        }
        let more = source.others(than: ["type", "url"]).map { " \($0.key) \($0.node.canonical)" }
        entry.source = "\(kind) \(address)" + more.sorted().joined()
    }
}
