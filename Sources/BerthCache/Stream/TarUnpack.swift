internal import BerthArchive
internal import BerthSystem
internal import Synchronization
internal import SystemPackage

/// Trees that a service sends, on their way to their places.
final class IncomingTrees: Sendable {
    private let unpack: Mutex<TarUnpack>

    /// Looks at how the places take names, with a file for a moment.
    ///
    /// Blocks.
    convenience init(_ trees: [any Landing], _ places: [StreamPlace], marker: StreamPlace) throws {
        self.init(trees, places, marker: marker, try trees.map { try NameFolding(of: $0.parent) })
    }

    init(_ trees: [any Landing], _ places: [StreamPlace], marker: StreamPlace, _ foldings: [NameFolding]) {
        unpack = Mutex(TarUnpack(trees, places, marker: marker, ArrivedNames(foldings)))
    }

    /// Takes the next bytes.
    ///
    /// Blocks.
    func feed(_ bytes: [UInt8]) throws { try unpack.withLock { try $0.feed(bytes) } }

    /// The trees that came, by number; throws `.temporary` where the stream was cut.
    func finish() throws -> [Int] { try unpack.withLock { try $0.finish() } }
}

/// Fills staged trees from a tar stream.
///
/// The way to each member leads through folders that this made itself, each opened by name in the one above and never
/// through a link: whatever the stream says, nothing outside of the stages is written.
struct TarUnpack {
    private let trees: [any Landing]
    private let places: [StreamPlace]
    private let marker: StreamPlace
    private var reader = TarStreamReader()
    /// The folders that lead to the last member, the tree's root first.
    private var open: (tree: Int, names: [[UInt8]], folders: [Folder])?
    private var came: Set<Int> = []
    private var isWhole = false
    private var names: ArrivedNames
    private var file: ArrivingFile?

    fileprivate struct ArrivingFile {
        let member: StreamMember
        let file: OpenFile
        var offset: Int64 = 0
        var hasHoles = false
    }

    init(_ trees: [any Landing], _ places: [StreamPlace], marker: StreamPlace, _ names: ArrivedNames) {
        (self.trees, self.places, self.marker, self.names) = (trees, places, marker, names)
    }

    mutating func feed(_ bytes: [UInt8]) throws {
        for event in try reader.feed(bytes) {
            switch event {
            case .member(let member): try begin(member)
            case .content(let piece): try write(piece)
            }
        }
    }

    mutating func finish() throws -> [Int] {
        let isEnded = (try? reader.finish()) != nil
        guard isEnded, isWhole else {
            throw BerthError(
                .temporary, "the cache service stopped sending before the end", done: "nothing was restored",
                remedy: "run the same command again, or go on without the cache")
        }
        return came.sorted()
    }

    private mutating func begin(_ member: StreamMember) throws {
        if StreamPlace.parts(member.name) == marker.parts { return isWhole = true }
        guard !isWhole, let (tree, rest) = places.find(member.name) else { throw refused(member) }
        try names.add(rest, in: tree, at: trees[tree])
        came.insert(tree)
        let (folder, name) = try place(tree, rest, member)
        switch member.kind {
        case .folder: try makeFolder(name, in: folder, member, rootOf: rest.isEmpty ? tree : nil)
        case .link(let target):
            try folder.makeLink(name, to: target)
            try folder.setModified(member.modified, of: name)
        case .sameFile(let first):
            guard let (other, path) = places.find(first) else { throw refused(member) }
            let (source, old) = try place(other, path, member)
            guard try source.facts(old)?.kind == .file else { throw refused(member) }
            try folder.makeName(name, of: old, in: source)
        case .file(let size):
            file = ArrivingFile(member: member, file: try folder.create(name))
            if size == 0 { try finishFile() }
        case .special: throw refused(member)
        }
    }

    /// A folder that is there already comes for the second time, when nothing more comes into it.
    private func makeFolder(
        _ name: Folder.Name, in folder: Folder, _ member: StreamMember, rootOf tree: Int?
    ) throws {
        guard let there = try folder.facts(name) else {
            _ = try tree.map { try trees[$0].makeRoot() } ?? folder.makeFolder(name)
            return
        }
        guard there.kind == .folder else { throw refused(member) }
        let made = try folder.folder(name)
        try made.setPermissions(member.permissions)
        try made.setModified(member.modified)
    }

    /// The folder that a member lies in, and its name there.
    private mutating func place(
        _ tree: Int, _ rest: ArraySlice<[UInt8]>, _ member: StreamMember
    ) throws -> (Folder, Folder.Name) {
        guard let last = rest.last else { return (trees[tree].parent, trees[tree].stage) }
        guard let name = Folder.Name(bytes: last[...]) else { throw refused(member) }
        return (try folder(tree, Array(rest.dropLast()), member), name)
    }

    private mutating func folder(_ tree: Int, _ names: [[UInt8]], _ member: StreamMember) throws -> Folder {
        var folders: [Folder] = []
        if let open, open.tree == tree {
            let shared = zip(open.names, names).prefix { $0 == $1 }.count
            folders = Array(open.folders.prefix(shared + 1))
        }
        if folders.isEmpty { folders = [try trees[tree].parent.folder(trees[tree].stage)] }
        for name in names[(folders.count - 1)...] {
            guard let step = Folder.Name(bytes: name[...]) else { throw refused(member) }
            folders.append(try folders[folders.count - 1].folder(step))
        }
        open = (tree, names, folders)
        return folders[folders.count - 1]
    }

    private mutating func write(_ piece: ArraySlice<UInt8>) throws {
        guard var current = file else { return }
        try current.write(piece)
        file = current
        if current.offset == current.member.size { try finishFile() }
    }

    private mutating func finishFile() throws {
        guard let current = file else { return }
        file = nil
        if current.hasHoles { try current.file.setSize(current.member.size) }
        try current.file.setPermissions(current.member.permissions & 0o1777)
        try current.file.setModified(current.member.modified)
    }

    private func refused(_ member: StreamMember) -> BerthError {
        BerthError(
            .damaged, "the cache service sent a member that belongs to no path",
            place: String(decoding: member.name.prefix(300), as: UTF8.self).escaped, done: "nothing was restored",
            remedy: "go on without the cache")
    }
}

extension TarUnpack.ArrivingFile {
    /// Writes all but runs of zeros, which the size alone gives back.
    mutating func write(_ piece: ArraySlice<UInt8>) throws {
        var rest = piece
        while !rest.isEmpty {
            let count = min(rest.count, StreamHole.size - Int(offset % Int64(StreamHole.size)))
            let part = rest.prefix(count)
            if StreamHole.isEmpty(part) {
                hasHoles = true
            } else {
                try file.write(Array(part), at: offset)
            }
            offset += Int64(count)
            rest = rest.dropFirst(count)
        }
    }
}
