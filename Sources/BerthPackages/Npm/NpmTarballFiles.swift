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
    /// Bytes of all members' names.
    private var names = 0

    var all: some Collection<File> { byPath.values }

    subscript(path: ArchivePath) -> File? { byPath[path] }

    /// The file that the archive's member with this number is; nil for those that do not count.
    func counting(_ number: Int) -> File? { byNumber[number].flatMap { byPath[$0] } }

    /// Takes note of the next member; the result is its path when it is a file that may count.
    mutating func take(_ member: TreeMember) throws -> ArchivePath? {
        count += 1
        names += member.path.bytes.count
        guard names <= ArchiveLimits.names else { throw Self.tooMuch }
        // One folder comes off; what lies beside it in the archive belongs to no package.
        guard let top = member.path.outermost, let inside = member.path.relative(to: top) else { return nil }
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

    /// Refuses names that some file systems can't hold side by side, files that lie below files, and more folders than
    /// any package has.
    func check() throws {
        let paths = Array(byPath.keys).inWalkOrder
        guard paths.folderBytes <= ArchiveLimits.names else { throw Self.tooMuch }
        try CaseFolds(paths).check()
        if let (file, path) = paths.firstNested {
            throw NpmTarballFault("\(file) is a file, and \(path) lies below it")
        }
    }

    private static let tooMuch = NpmTarballFault(
        "the names of its files and folders take more than \(ByteCount(ArchiveLimits.names))")
}

/// Paths in the order in which those that differ in case only stand side by side, folder by folder.
private struct CaseFolds {
    private let paths: [(path: ArchivePath, key: String)]

    init(_ paths: [ArchivePath]) {
        self.paths = paths.map { ($0, Self.key($0)) }.sorted { ($0.key, $0.path) < ($1.key, $1.path) }
    }

    /// The name without regard to case; nothing sorts before what stands between its parts.
    private static func key(_ path: ArchivePath) -> String {
        String(decoding: path.bytes.map { $0 == UInt8(ascii: "/") ? 0 : $0 }, as: UTF8.self).lowercased()
    }

    /// Throws for two names of one place: then two neighbours have them as well.
    func check() throws {
        for ((one, oneKey), (other, otherKey)) in zip(paths, paths.dropFirst()) {
            let keys = zip(oneKey.split(separator: "\0"), otherKey.split(separator: "\0"))
            let depth = keys.prefix { $0 == $1 }.count
            let parts = zip(Self.parts(one), Self.parts(other)).prefix(depth)
            guard let fork = parts.enumerated().first(where: { !$0.element.0.elementsEqual($0.element.1) }) else {
                continue
            }
            let names = [one, other].map { path in
                Self.parts(path).prefix(fork.offset + 1).map { String(decoding: $0, as: UTF8.self) }
                    .joined(separator: "/")
            }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            throw NpmTarballFault("\(names[0]) and \(names[1]) differ in case only")
        }
    }

    private static func parts(_ path: ArchivePath) -> [ArraySlice<UInt8>] {
        path.bytes.split(separator: UInt8(ascii: "/"))
    }
}
