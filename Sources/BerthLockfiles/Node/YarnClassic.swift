internal import BerthDocument

/// Yarn 1's lockfile: what each asked-for range became.
///
/// It knows neither workspaces nor the project's own needs.
enum YarnClassic {
    static func read(_ bytes: [UInt8], file: String) throws(DocumentFaults) -> LockedDependencies {
        let faults = Faults()
        var notes = DependencyNotes()
        var known: Set<String> = []
        for entry in try YarnClassicParser.entries(bytes, file: file) {
            for pattern in entry.patterns where !known.insert(pattern).inserted {
                faults.add("\(pattern) stands in the lock a second time; run `yarn install`", at: entry.place)
            }
            note(entry, faults, &notes)
        }
        try faults.check()
        return notes.locked(.yarn)
    }

    private static func note(_ entry: YarnClassicEntry, _ faults: Faults, _ notes: inout DependencyNotes) {
        let subject = entry.patterns.joined(separator: ", ")
        guard let version = entry.fields["version"] else {
            return faults.add("\(subject) has no version; the file is not whole, run `yarn install`", at: entry.place)
        }
        let (asked, range) = asked(entry.patterns[0])
        let name = entry.fields["name"] ?? asked
        let (address, sum) = split(entry.fields["resolved"] ?? "")
        let hashes = SourceAddress.hashes(entry.fields["integrity"]) + sum
        let isLocal = SourceAddress.isLocal(address) || (address.isEmpty && SourceAddress.isLocal(range))
        if isLocal {
            notes.fact(subject, "is", ([name, version, address] + hashes).joined(separator: " "))
        } else {
            notes.package(name, version, integrity: hashes, address: address)
            notes.fact(subject, "is", [name, version, address].joined(separator: " "))
        }
        for (block, members) in entry.blocks {
            for (name, range) in members { notes.fact(subject, "\(block) \(name)", range) }
        }
        for (key, value) in entry.fields where !["version", "resolved", "integrity", "name"].contains(key) {
            notes.fact(subject, key, value)
        }
    }

    /// What a pattern asks for; of an alias (`mine@npm:other@^1`) the package behind it.
    ///
    /// An address may stand alone, without a name.
    private static func asked(_ pattern: String) -> (name: String, range: String) {
        guard let spec = PackageSpec(pattern), !spec.name.contains(":") else { return (pattern, pattern) }
        guard spec.rest.hasPrefix("npm:") else { return (spec.name, spec.rest) }
        let target = String(spec.rest.dropFirst(4))
        return (PackageSpec(target)?.name ?? target, spec.rest)
    }

    /// Yarn 1 writes a tarball's SHA-1 as its address' fragment, and a repository's commit in the same way.
    private static func split(_ resolved: String) -> (address: String, sum: [String]) {
        guard let mark = resolved.firstIndex(of: "#") else { return (resolved, []) }
        let (address, fragment) = (String(resolved[..<mark]), String(resolved[resolved.index(after: mark)...]))
        let isRepository = resolved.hasPrefix("git") || address.hasSuffix(".git")
        guard !isRepository, fragment.utf8.count == 40, fragment.allSatisfy(\.isHexDigit) else { return (resolved, []) }
        return (address, ["sha1:\(fragment)"])
    }
}
