internal import BerthDocument

/// Reads a `pylock.toml` as PEP 751 defines it, with all its sources and with names that stand there repeatedly;
/// `Pylock` reads the same for one environment, and more strictly.
struct PylockFacts {
    private let draft = LockDraft()

    func read(_ bytes: [UInt8], file: String) throws(DocumentFaults) -> LockedDependencies {
        let document = try TOMLDocument(bytes, file: file)
        let reader = MappingReader(document.root, draft.faults, name: "the lockfile")
        Pylock.checkHead(reader)
        for package in reader.mappings("packages", required: true, allowEmpty: true) ?? [] { self.package(package) }
        // Tables named `tool` must not change what is installed (PEP 751).
        for (key, node) in reader.others(than: ["lock-version", "created-by", "packages", "tool"]) {
            draft.note(key, node)
        }
        return try draft.result(.pylock)
    }

    private func package(_ reader: MappingReader) {
        guard let name = reader.projectName() else { return }
        var entry = LockEntry(name, at: reader.place)
        entry.version = reader.string("version") ?? ""
        let kinds = ["vcs", "directory", "archive"].filter { reader.has($0) }
        let hasFiles = reader.has("sdist") || reader.has("wheels")
        guard kinds.count + (hasFiles ? 1 : 0) == 1 else {
            return reader.fault("name", "\(name) has no source, or two; \(LockDraft.remedy)")
        }
        switch kinds.first {
        case "vcs": repository(reader, &entry)
        case "directory": folder(reader, &entry)
        case "archive": archive(reader, &entry)
        default: files(reader, &entry)
        }
        // A package may stand here twice: that one of them is always wanted must be said too.
        entry.note("wanted", reader.string("marker").map { "if \($0)" } ?? "always")
        var references: [UvLock.Reference] = []
        UvEdges(faults: draft.faults).list("dependencies", reader, &entry, &references)
        for (key, node) in reader.others(than: PylockFacts.known) { entry.note(key, node) }
        draft.add(entry)
    }

    private static let known: Set = [
        "name", "version", "vcs", "directory", "archive", "index", "sdist", "wheels", "dependencies",
        "marker", "attestation-identities", "tool",
    ]

    private func repository(_ reader: MappingReader, _ entry: inout LockEntry) {
        guard let vcs = reader.mapping("vcs") else { return }
        let keys = ["type", "url", "path", "requested-revision", "commit-id", "subdirectory"]
        entry.source = keys.compactMap { key in vcs.string(key).map { "\(key) \($0)" } }.joined(separator: " ")
        if vcs.string("commit-id", required: true) == nil || vcs.string("type", required: true) == nil { return }
        if vcs.string("type") == "git", !SourceText.isCommit(vcs.string("commit-id") ?? "") {
            vcs.fault("commit-id", "\(entry.name) comes from git without a whole commit")
        }
    }

    private func folder(_ reader: MappingReader, _ entry: inout LockEntry) {
        guard let folder = reader.mapping("directory"), let path = folder.string("path", required: true) else { return }
        let more = folder.string("subdirectory").map { " subdirectory \($0)" } ?? ""
        entry.isFolder(folder.boolean("editable") == true ? "editable" : "directory", path + more)
    }

    private func archive(_ reader: MappingReader, _ entry: inout LockEntry) {
        guard let archive = reader.mapping("archive") else { return }
        let keys = ["url", "path", "subdirectory"]
        entry.source = keys.compactMap { key in archive.string(key).map { "\(key) \($0)" } }.joined(separator: " ")
        hashes(archive, &entry)
    }

    private func files(_ reader: MappingReader, _ entry: inout LockEntry) {
        let files = (reader.mappings("wheels", allowEmpty: true) ?? []) + [reader.mapping("sdist")].compactMap(\.self)
        for file in files { hashes(file, &entry) }
        // Not every writer names the index; then the files' hosts say where they come from.
        let hosts = files.compactMap {
            $0.string("url").flatMap(SourceText.origin) ?? $0.string("path").map { _ in "a path" }
        }
        entry.source = reader.string("index") ?? Set(hosts).sorted().joined(separator: " ")
        entry.requireHash(draft.faults)
    }

    private func hashes(_ file: MappingReader, _ entry: inout LockEntry) {
        guard let hashes = file.mapping("hashes", required: true) else { return }
        for algorithm in hashes.keys {
            guard let value = hashes.string(algorithm) else { continue }
            if let hash = HashText.checked(algorithm + ":" + value) {
                entry.integrity.append(hash)
            } else {
                hashes.fault(algorithm, "a hash of \(entry.name) is cut or not one this program knows")
            }
        }
        if hashes.keys.isEmpty { file.fault("hashes", "a file of \(entry.name) has no hash") }
    }
}
