internal import BerthArchive
internal import BerthDocument

extension NpmBin {
    /// The commands of a `bin` field: a mapping, or one file for the command of the package's own name.
    static func all(in node: DocumentNode?, of package: String) -> [NpmBin] {
        guard let node else { return [] }
        if let file = node.quoted { return [NpmBin(name: package, file: file)].compactMap(\.self) }
        let listed = node.items.compactMap(\.quoted).compactMap { NpmBin(name: $0, file: $0) }
        let mapped = node.members.compactMap { member in
            member.value.quoted.flatMap { NpmBin(name: member.key, file: $0) }
        }
        return unique(listed + mapped)
    }

    /// Of two commands of one name the later one counts; sorted by name.
    static func unique(_ bins: [NpmBin]) -> [NpmBin] {
        Dictionary(bins.map { ($0.command, $0) }) { _, last in last }.values
            .sorted { $0.command.utf8.lexicographicallyPrecedes($1.command.utf8) }
    }

    /// A command as npm makes one: the last part of the name, and a file that can't lie outside of the package.
    init?(name: String, file: String) {
        let parts = name.split { "/\\:".contains($0) }
        guard let command = parts.last.map(String.init), command != ".", command != "..",
            let only = try? ArchivePath(parsing: command), only.parent == nil
        else { return nil }
        var inside: [Substring] = []
        for part in file.split(whereSeparator: { $0 == "/" || $0 == "\\" }) where part != "." {
            if part == ".." { _ = inside.popLast() } else { inside.append(part) }
        }
        guard let path = try? ArchivePath(parsing: inside.joined(separator: "/")) else { return nil }
        self.init(command: command, path: path)
    }
}
