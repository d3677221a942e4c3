internal import BerthDocument

/// Reads `pdm.lock`, lock_version 4.x.
struct PdmLock {
    private let draft = LockDraft()

    func read(_ bytes: [UInt8], file: String) throws(DocumentFaults) -> LockedDependencies {
        let document = try TOMLDocument(bytes, file: file)
        let reader = MappingReader(document.root, draft.faults, name: "the lockfile")
        guard let metadata = reader.mapping("metadata", required: true) else {
            return try draft.result(.pdm)
        }
        checkVersion(metadata)
        let files = metadata.mapping("files")
        for package in reader.mappings("package", allowEmpty: true) ?? [] { self.package(package, files) }
        for (key, node) in reader.others(than: ["package", "metadata"]) { draft.note(key, node) }
        for (key, node) in metadata.others(than: ["lock_version", "content_hash", "files"]) {
            draft.note("metadata." + key, node)
        }
        return try draft.result(.pdm)
    }

    private func checkVersion(_ metadata: MappingReader) {
        guard let version = metadata.string("lock_version", required: true) else { return }
        if version.prefix(while: { $0 != "." }) != "4" {
            metadata.fault("lock_version", "lock_version \(version) is not known; this program reads 4.x")
        }
    }

    private func package(_ reader: MappingReader, _ files: MappingReader?) {
        guard let name = reader.projectName(), let version = reader.string("version", required: true) else { return }
        var entry = LockEntry(name, at: reader.place)
        entry.version = version
        // pdm lists a package once plain and once for each set of extras that is wanted of it.
        if let extras = reader.strings("extras", allowEmpty: true), !extras.isEmpty {
            entry.variant = "[\(extras.sorted().joined(separator: ","))]"
        }
        reader.fileHashes("files", &entry)
        earlierFiles(files, reader.string("name") ?? name, &entry)
        PdmSource(faults: draft.faults).read(reader, &entry)
        for dependency in reader.strings("dependencies", allowEmpty: true) ?? [] {
            entry.note("depends on \(RequirementText.leadingName(dependency))", dependency)
        }
        for (key, node) in reader.others(than: PdmLock.known) { entry.note(key, node) }
        draft.add(entry)
    }

    /// Up to 4.2 the hashes stand together at the end, by name and version.
    private func earlierFiles(_ files: MappingReader?, _ name: String, _ entry: inout LockEntry) {
        let key = "\(name) \(entry.version)"
        guard let files, files.has(key) else { return }
        files.fileHashes(key, &entry)
    }

    private static let known: Set = Set([
        "name", "version", "extras", "summary", "files", "dependencies", "editable",
    ]).union(PdmSource.keys)
}

/// Reads where a package of `pdm.lock` comes from: keys of the package itself.
private struct PdmSource {
    static let keys = ["git", "hg", "svn", "bzr", "url", "path", "ref", "revision", "subdirectory"]
    let faults: Faults

    func read(_ reader: MappingReader, _ entry: inout LockEntry) {
        let isEditable = reader.boolean("editable") == true
        if reader.has("path"), let path = reader.string("path"), entry.integrity.isEmpty,
            !RequirementPlace.isArchive(path)
        {
            return entry.isFolder(isEditable ? "editable" : "directory", path)
        }
        if isEditable { entry.note("editable") }
        entry.source = Self.keys.compactMap { key in reader.string(key).map { "\(key) \($0)" } }.joined(separator: " ")
        if ["git", "hg", "svn", "bzr"].contains(where: { reader.has($0) }) {
            if reader.string("revision") == nil {
                reader.fault("name", "\(entry.name) comes from a repository without a revision; \(LockDraft.remedy)")
            }
            return
        }
        entry.requireHash(faults)
        // With the strategy static_urls, files are fetched from where the lockfile says.
        let hosts = (reader.mappings("files", allowEmpty: true) ?? [])
            .compactMap { $0.has("url") ? $0.string("url").flatMap(SourceText.origin) : nil }
        if entry.source.isEmpty { entry.source = Set(hosts).sorted().joined(separator: " ") }
    }
}
