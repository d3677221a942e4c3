internal import BerthDocument

/// Reads `Pipfile.lock`, pipfile-spec 6: packages by category, `default`, `develop` and others.
struct PipfileLock {
    private let draft = LockDraft()

    func read(_ bytes: [UInt8], file: String) throws(DocumentFaults) -> LockedDependencies {
        let document = try JSONDocument(bytes, file: file)
        let reader = MappingReader(document.root, draft.faults, name: "the lockfile")
        guard let meta = reader.mapping("_meta", required: true) else { return try draft.result(.pipfile) }
        checkVersion(meta)
        let indexes = PipfileIndexes(meta)
        for category in reader.keys where category != "_meta" {
            guard let packages = reader.mapping(category) else { continue }
            for key in packages.keys {
                if let package = packages.mapping(key) { self.package(key, package, category, indexes) }
            }
        }
        for (key, node) in meta.others(than: ["hash", "pipfile-spec", "sources"]) { draft.note(key, node) }
        return try draft.result(.pipfile)
    }

    private func checkVersion(_ meta: MappingReader) {
        guard let version = meta.integer("pipfile-spec", in: 0...(1 << 32), required: true), version != 6 else {
            return
        }
        meta.fault("pipfile-spec", "pipfile-spec \(version) is not known; this program reads 6")
    }

    private func package(_ key: String, _ reader: MappingReader, _ category: String, _ indexes: PipfileIndexes) {
        guard PythonName.isValid(key) else {
            return draft.faults.add("\"\(key)\" is not the name of a Python package", at: reader.place)
        }
        var entry = LockEntry(PythonName.normalised(key), at: reader.place)
        for (text, place) in reader.placedStrings("hashes", allowEmpty: true) ?? [] {
            if let hash = HashText.checked(text) {
                entry.integrity.append(hash)
            } else {
                draft.faults.add("a hash of \(key) is cut or not one this program knows", at: place)
            }
        }
        source(reader, &entry, indexes)
        entry.note("in \(category)")
        for (aspect, node) in reader.others(than: PipfileLock.known) { entry.note("in \(category): \(aspect)", node) }
        draft.add(entry)
    }

    private static let known: Set = [
        "hashes", "version", "index", "git", "hg", "svn", "bzr", "ref", "subdirectory", "file", "path", "editable",
    ]

    private func source(_ reader: MappingReader, _ entry: inout LockEntry, _ indexes: PipfileIndexes) {
        let isEditable = reader.boolean("editable") == true
        if let kind = ["git", "hg", "svn", "bzr"].first(where: { reader.has($0) }) {
            entry.source = ([kind, "ref", "subdirectory"] as [String])
                .compactMap { key in reader.string(key).map { "\(key) \($0)" } }.joined(separator: " ")
            if kind == "git", !SourceText.isCommit(reader.string("ref", required: true) ?? "") {
                reader.fault("ref", "\(entry.name) comes from git without a commit; \(LockDraft.remedy)")
            }
            if isEditable { entry.note("editable") }
        } else if let kind = ["file", "path"].first(where: { reader.has($0) }), let place = reader.string(kind) {
            let isLocal = !place.contains("://") || place.hasPrefix("file:")
            if isLocal, entry.integrity.isEmpty, !RequirementPlace.isArchive(place) {
                return entry.isFolder(isEditable ? "editable" : "directory", place)
            }
            entry.source = "\(kind) \(place)"
            entry.requireHash(draft.faults)
        } else {
            entry.version = pin(reader, entry.name)
            entry.source = indexes.address(reader)
        }
    }

    /// The version behind `==`; a fault for what pins none.
    private func pin(_ reader: MappingReader, _ name: String) -> String {
        guard let text = reader.string("version", required: true) else { return "" }
        if let version = RequirementText.pin(text) { return version }
        reader.fault(
            "version",
            "\(name) is not pinned (\"\(text)\"): pipenv would choose a version at each installation; "
                + "pin it in the Pipfile and write the lockfile anew, or key by files")
        return ""
    }
}

/// The indexes of a `Pipfile.lock` by name; packages that name none come from the first.
private struct PipfileIndexes {
    private var addresses: [String: String] = [:]
    private var first = ""

    init(_ meta: MappingReader) {
        for source in meta.mappings("sources", allowEmpty: true) ?? [] {
            guard let address = source.string("url", required: true) else { continue }
            if addresses.isEmpty { first = address }
            addresses[source.string("name") ?? address] = address
        }
    }

    func address(_ reader: MappingReader) -> String {
        guard let name = reader.string("index") else { return first }
        if addresses[name] == nil { reader.fault("index", "the index \"\(name)\" is not among the sources") }
        return addresses[name] ?? ""
    }
}
