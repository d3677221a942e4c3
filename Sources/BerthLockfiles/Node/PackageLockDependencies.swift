internal import BerthArchive
internal import BerthDocument

/// `package-lock.json` and `npm-shrinkwrap.json`: every version says where each package lies.
enum PackageLockDependencies {
    static func read(_ bytes: [UInt8], file: String) throws(DocumentFaults) -> LockedDependencies {
        let root = try JSONDocument(bytes, file: file, limit: NodeLocks.limit).root
        let faults = Faults()
        let reader = MappingReader(root, faults, name: "the lock")
        if case .mapping = root.kind, !reader.has("lockfileVersion") {
            faults.add(
                "\"lockfileVersion\" is missing: the file is not whole, or written by npm 4 or older; "
                    + "write it anew with `npm install --package-lock-only`", at: root.place)
        }
        let version = reader.integer("lockfileVersion", in: 1...Int(Int32.max)) ?? 0
        if version > 3 {
            reader.fault(
                "lockfileVersion",
                "version \(version) of package-lock.json is not known, only 1, 2 and 3; \(NodeLocks.newerRemedy)")
        }
        try faults.check()
        if version == 1 { return try PackageLockV1.read(reader) }
        return dependencies(try PackageLock(root))
    }

    private static func dependencies(_ lock: PackageLock) -> LockedDependencies {
        var notes = DependencyNotes()
        for entry in lock.entries {
            if entry.folderName == nil { noteOwn(entry, &notes) } else { notePlaced(entry, &notes) }
            noteShape(entry, &notes)
        }
        return notes.locked(.packageLock)
    }

    /// The project, a workspace or a folder that is linked to.
    ///
    /// Its own version and its ranges decide nothing once each package has a place, so that they are left out.
    private static func noteOwn(_ entry: PackageLockEntry, _ notes: inout DependencyNotes) {
        for (kind, specs) in edges(entry) {
            for spec in specs { notes.fact(place(entry), kind, spec.name) }
        }
    }

    /// An entry below a `node_modules`: a package, or a link.
    private static func notePlaced(_ entry: PackageLockEntry, _ notes: inout DependencyNotes) {
        let (version, address) = (entry.version ?? "", entry.resolved ?? "")
        if entry.flags.contains(.link) { return notes.fact(place(entry), "links to", address) }
        let integrity = SourceAddress.hashes(entry.integrity?.description)
        if SourceAddress.isLocal(address) {
            notes.fact(place(entry), "is", ([entry.name, version, address] + integrity).joined(separator: " "))
        } else {
            let source = address.isEmpty && entry.flags.contains(.bundled) ? "bundled" : address
            notes.package(entry.name, version, integrity: integrity, address: source)
            notes.fact(place(entry), "is", [entry.name, version, source].joined(separator: " "))
        }
        for (kind, specs) in edges(entry) {
            for spec in specs { notes.fact(place(entry), "\(kind) \(spec.name)", spec.spec) }
        }
        for engine in entry.engines { notes.fact(place(entry), "engine \(engine.name)", engine.spec) }
    }

    private static func noteShape(_ entry: PackageLockEntry, _ notes: inout DependencyNotes) {
        for (key, flag) in PackageLockFlags.keys where flag != .link && entry.flags.contains(flag) {
            notes.fact(place(entry), key)
        }
        for name in entry.optionalPeers { notes.fact(place(entry), "peer may be missing", name) }
        for bin in entry.bins { notes.fact(place(entry), "command \(bin.name)", bin.spec) }
        for (key, values) in [("os", entry.systems), ("cpu", entry.processors), ("libc", entry.libcs)] {
            for value in values { notes.fact(place(entry), key, value) }
        }
    }

    private static func edges(_ entry: PackageLockEntry) -> [(kind: String, specs: [DependencySpec])] {
        [
            ("depends on", entry.dependencies), ("depends optionally on", entry.optionalDependencies),
            ("depends for development on", entry.developmentDependencies), ("peer", entry.peerDependencies),
        ]
    }

    private static func place(_ entry: PackageLockEntry) -> String { entry.location.isEmpty ? "." : entry.location }
}
