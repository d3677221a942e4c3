internal import BerthDocument

/// `pnpm-lock.yaml`, version 6 (pnpm 8) and 9 (pnpm 9 and newer).
///
/// Newer pnpm writes a document of its own before the project's: what it needs to run itself, its environment.
enum PnpmLock {
    /// How a version writes its keys.
    enum Version: Equatable {
        case six, nine
    }

    static func read(_ bytes: [UInt8], file: String) throws(DocumentFaults) -> LockedDependencies {
        let faults = Faults()
        let documents = try YAMLStream(bytes, file: file, faults: faults, limit: NodeLocks.yamlLimit).documents
        if documents.count > 2 {
            faults.add(
                "a pnpm lockfile has at most two documents, this one has \(documents.count); \(NodeLocks.newerRemedy)",
                at: documents[2].place)
        }
        try faults.check()
        var notes = DependencyNotes()
        for (index, root) in documents.enumerated() {
            let reader = MappingReader(root, faults, name: "the lock")
            guard let version = version(reader) else { continue }
            let document = PnpmDocument(version: version, isEnvironment: index + 1 < documents.count, root: reader)
            document.note(&notes)
        }
        try faults.check()
        return notes.locked(.pnpm)
    }

    /// Versions are compared in full: what a later minor version adds might shape the tree.
    private static func version(_ reader: MappingReader) -> Version? {
        guard let text = reader.string("lockfileVersion", required: true) else { return nil }
        switch text {
        case "6.0", "6.1": return .six
        case "9.0": return .nine
        default:
            let old = text.hasPrefix("5") || text.hasPrefix("4") || text.hasPrefix("3")
            reader.fault(
                "lockfileVersion",
                "version \(text) of pnpm-lock.yaml is not known, only 6.0, 6.1 and 9.0; "
                    + (old
                        ? "write it anew with pnpm 8 or newer (`pnpm install --lockfile-only`)" : NodeLocks.newerRemedy)
            )
            return nil
        }
    }
}
