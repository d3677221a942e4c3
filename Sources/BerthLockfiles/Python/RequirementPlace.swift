/// What an address or path of a requirement leads to.
enum RequirementPlace {
    private static let archives = [".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar"]

    /// Whether a path, or an address without what follows it, names an archive.
    static func isArchive(_ place: String) -> Bool {
        let path = place.prefix { $0 != "#" && $0 != "?" }.lowercased()
        return archives.contains { path.hasSuffix($0) }
    }

    /// The tool of a repository's address, as in `git+https://…`; nil for all others.
    static func repositoryTool(_ address: String) -> String? {
        ["git", "hg", "svn", "bzr"].first { address.hasPrefix($0 + "+") }
    }

    /// The commit that a repository's address names after `@`; nil for branches, tags, and none.
    static func commit(_ address: String) -> String? {
        let plain = address.prefix { $0 != "#" }
        guard let mark = plain.firstRange(of: "://"), let slash = plain[mark.upperBound...].firstIndex(of: "/"),
            let sign = plain[slash...].lastIndex(of: "@")
        else { return nil }
        let revision = plain[plain.index(after: sign)...]
        return SourceText.isCommit(revision) ? String(revision) : nil
    }

    /// A part of what follows `#`: `egg`, `subdirectory`, or a hash; nil when it is not there.
    static func fragment(_ address: String, _ key: String) -> String? {
        guard let mark = address.firstIndex(of: "#") else { return nil }
        let parts = address[address.index(after: mark)...].split(separator: "&")
        return parts.first { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
    }

    /// The project's name that an address or path tells by itself: its `egg`, or its file's name.
    static func name(_ place: String) -> String? {
        if let egg = fragment(place, "egg") {
            let name = egg.prefix { $0 != "[" }
            return PythonName.isValid(name) ? PythonName.normalised(name) : nil
        }
        guard isArchive(place) else { return nil }
        let file = place.prefix { $0 != "#" && $0 != "?" }.split(separator: "/").last ?? ""
        let name: Substring
        if file.lowercased().hasSuffix(".whl") {
            name = file.prefix { $0 != "-" }
        } else {
            // The version of a source archive begins at the last hyphen before a digit.
            let hyphens = file.indices.filter {
                file[$0] == "-" && file[file.index(after: $0)...].first?.isNumber == true
            }
            guard let end = hyphens.last else { return nil }
            name = file[..<end]
        }
        return PythonName.isValid(name) ? PythonName.normalised(name) : nil
    }
}
