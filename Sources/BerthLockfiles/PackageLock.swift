internal import BerthArchive
package import BerthDocument

/// A `package-lock.json` or `npm-shrinkwrap.json` of version 2 or 3, read strictly; what version 2 says twice is read
/// from `packages`.
package struct PackageLock: Sendable {
    /// 2 or 3.
    package let version: Int
    /// In the order of the file; the project itself first, under the empty location.
    package let entries: [PackageLockEntry]

    /// Reads a file's bytes; throws `DocumentFaults` with all that is wrong.
    package init(_ bytes: [UInt8], file: String) throws(DocumentFaults) {
        try self.init(try JSONDocument(bytes, file: file).root)
    }

    /// Reads a file that was parsed already.
    init(_ root: DocumentNode) throws(DocumentFaults) {
        let faults = Faults()
        let reader = MappingReader(root, faults, name: "the lock")
        version = reader.integer("lockfileVersion", in: 1...Int(Int32.max), required: true) ?? 0
        if version == 1 {
            reader.fault("lockfileVersion", "version 1 has no list of packages; write it anew with npm 7 or newer")
        } else if version > 3 {
            reader.fault("lockfileVersion", "version \(version) is not known; this program reads 2 and 3")
        }
        try faults.check()
        guard let packages = reader.node("packages", required: true) else {
            try faults.check()
            throw DocumentFaults([])
        }
        if case .mapping = packages.kind {} else { faults.add("\"packages\" is not a mapping", at: packages.place) }
        entries = packages.members.map { PackageLockReader(faults: faults).entry($0) }
        try faults.check()
    }

    /// The project itself.
    package var project: PackageLockEntry? { entries.first { $0.location.isEmpty } }
}

/// Reads one member of `packages`.
private struct PackageLockReader {
    let faults: Faults

    func entry(_ member: DocumentMember) -> PackageLockEntry {
        let reader = MappingReader(member.value, faults, name: "the entry \"\(member.key)\"")
        checkLocation(member)
        let flags = PackageLockFlags.keys.reduce(into: PackageLockFlags()) { flags, item in
            if reader.boolean(item.key) == true { flags.insert(item.flag) }
        }
        return PackageLockEntry(
            location: member.key, place: member.place, statedName: reader.string("name"),
            version: reader.string("version"), resolved: reader.string("resolved"), integrity: integrity(reader),
            flags: flags, bins: bins(reader), systems: texts("os", reader), processors: texts("cpu", reader),
            libcs: texts("libc", reader), engines: engines(reader), dependencies: specs("dependencies", reader),
            optionalDependencies: specs("optionalDependencies", reader),
            developmentDependencies: specs("devDependencies", reader),
            peerDependencies: specs("peerDependencies", reader), optionalPeers: optionalPeers(reader))
    }

    /// A location becomes a path: it must not lead out of the project in the middle of a tree.
    private func checkLocation(_ member: DocumentMember) {
        let parts = member.key.split(separator: "/", omittingEmptySubsequences: false)
        let inside = parts.drop { $0 == ".." }
        let isPlain = member.key.isEmpty || (!inside.isEmpty && inside.allSatisfy { !["", ".", ".."].contains($0) })
        guard isPlain, !member.key.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            return faults.add("\"\(member.key)\" is not the location of a package", at: member.place)
        }
        if parts.contains("node_modules"), inside.count != parts.count {
            faults.add("\"\(member.key)\" leads out of the project", at: member.place)
        }
    }

    private func integrity(_ reader: MappingReader) -> Integrity? {
        guard let text = reader.string("integrity") else { return nil }
        do { return try Integrity(text) } catch {
            reader.fault("integrity", "\(error)")
            return nil
        }
    }

    private func specs(_ key: String, _ reader: MappingReader) -> [DependencySpec] {
        (reader.pairs(key) ?? []).map { DependencySpec(name: $0.key, spec: $0.text) }
    }

    /// A few old packages have a list here, which npm passes over too.
    private func engines(_ reader: MappingReader) -> [DependencySpec] {
        if case .sequence? = reader.node("engines")?.kind { return [] }
        return specs("engines", reader)
    }

    /// npm writes a mapping; a lone text is the command of the package's own name.
    private func bins(_ reader: MappingReader) -> [DependencySpec] {
        guard let text = reader.node("bin")?.quoted else { return specs("bin", reader) }
        return [DependencySpec(name: "", spec: text)]
    }

    private func texts(_ key: String, _ reader: MappingReader) -> [String] {
        if let text = reader.node(key)?.quoted { return [text] }
        return reader.strings(key, allowEmpty: true) ?? []
    }

    private func optionalPeers(_ reader: MappingReader) -> Set<String> {
        let members = reader.node("peerDependenciesMeta")?.members ?? []
        return Set(members.filter { $0.value["optional"]?.text == "true" }.map(\.key))
    }
}
