internal import BerthDocument

/// What lockfiles of Python have in common.
extension MappingReader {
    /// A project's name, normalised; a fault when it is missing or none.
    func projectName(_ key: String = "name") -> String? {
        guard let text = string(key, required: true) else { return nil }
        guard PythonName.isValid(text) else {
            fault(key, "\"\(text)\" is not the name of a Python package")
            return nil
        }
        return PythonName.normalised(text)
    }

    /// A hash under `hash`; nil when there is none, which a wrong one is not.
    func hash(of package: String) -> String? {
        guard let text = string("hash") else { return nil }
        guard let hash = HashText.checked(text) else {
            fault("hash", "the hash of a file of \(package) is cut or not one this program knows")
            return nil
        }
        return hash
    }

    /// The hashes of a list of files, each `{hash = …}`; a file without one is noted by its name.
    func fileHashes(_ key: String, _ entry: inout LockEntry) {
        for file in mappings(key, allowEmpty: true) ?? [] { entry.takeHash(file) }
    }
}

extension LockEntry {
    /// Takes a file's hash; a file without one counts by its name, as nothing else tells it from others.
    mutating func takeHash(_ file: MappingReader) {
        if let hash = file.hash(of: name) {
            integrity.append(hash)
        } else if !file.has("hash") {
            let named = ["filename", "file", "name", "url", "path"].first { file.has($0) }
            note("has a file without hash", named.flatMap { file.string($0) } ?? "")
        }
    }

    /// A package of an index must have a hash, or its files can't be told from other ones.
    func requireHash(_ faults: Faults) {
        guard integrity.isEmpty else { return }
        faults.add(
            "\(name) \(version) has no hash, so its files can't be known from the lockfile; \(LockDraft.remedy)",
            at: place)
    }
}
