internal import BerthArchive

/// The files of a tarball by the names under which they are installed.
struct NpmTarballFiles: Sendable {
    struct File: Sendable {
        /// In the package.
        let path: ArchivePath
        /// The member's number in the archive, from 1.
        let number: Int
        let size: Int64
        let mode: UInt16
        let modified: Int64
    }

    private var byPath: [ArchivePath: File] = [:]
    private var byNumber: [Int: ArchivePath] = [:]
    private(set) var dropped: [ArchivePath] = []
    private var count = 0

    var all: some Collection<File> { byPath.values }

    subscript(path: ArchivePath) -> File? { byPath[path] }

    /// The file that the archive's member with this number is; nil for those that do not count.
    func counting(_ number: Int) -> File? { byNumber[number].flatMap { byPath[$0] } }

    /// Takes note of the next member; the result is its path when it is a file that may count.
    mutating func take(_ member: TreeMember) throws -> ArchivePath? {
        count += 1
        // One folder comes off; what lies beside it in the archive belongs to no package.
        guard let top = member.path.ancestors.first, let inside = member.path.relative(to: top) else { return nil }
        switch member.kind {
        case .directory: return nil
        case .symlink, .hardlink:
            dropped.append(inside)
            return nil
        case .file(let size):
            guard let path = renamed(inside) else { return nil }
            // Of two members with one name the later one counts, as when they are unpacked.
            if let old = byPath[path] { byNumber[old.number] = nil }
            byPath[path] = File(
                path: path, number: count, size: size, mode: member.mode, modified: member.modified)
            byNumber[count] = path
            return path
        }
    }

    /// npm calls a `.gitignore` `.npmignore`, and leaves it out where there is one already.
    private func renamed(_ path: ArchivePath) -> ArchivePath? {
        guard path.name == ".gitignore" else { return path }
        let ignore = path.parent.map { ArchivePath(".npmignore").below($0) } ?? ".npmignore"
        return byPath[ignore] == nil ? ignore : nil
    }

    /// Refuses names that some file systems can't hold side by side, and files that lie below files.
    func check() throws {
        var known: [String: ArchivePath] = [:]
        for path in byPath.keys.sorted() {
            for part in path.ancestors + [path] {
                let key = part.description.lowercased()
                if let other = known.updateValue(part, forKey: key), other != part {
                    throw NpmTarballFault("\(other) and \(part) differ in case only")
                }
            }
            for folder in path.ancestors where byPath[folder] != nil {
                throw NpmTarballFault("\(folder) is a file, and \(path) lies below it")
            }
        }
    }
}
