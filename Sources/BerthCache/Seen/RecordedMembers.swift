internal import BerthArchive
internal import BerthSystem

/// One member of a record, with its name and a link's target as places in the record's bytes.
struct RecordedMember {
    let kind: Int
    let depth: Int
    let name: Range<Int>
    let permissions: UInt16
    let state: FileState
    let target: Range<Int>

    enum Kind {
        static let folder = 1
        static let link = 2
        /// A file with several names.
        static let linked = 4
        static let sparse = 8
        static let all = 15
    }

    var isFolder: Bool { kind & 3 == Kind.folder }
}

/// Reads the members of a record, none of which takes memory of its own.
struct RecordedMembers {
    private var decoder: ByteDecoder

    init(_ decoder: ByteDecoder, at start: Int) { self.decoder = decoder.at(start) }

    var bytes: [UInt8] { decoder.bytes }
    var isAtEnd: Bool { decoder.isAtEnd }

    mutating func next() throws -> RecordedMember {
        let kind = try decoder.number(upTo: RecordedMember.Kind.all)
        return RecordedMember(
            kind: kind, depth: try decoder.number(upTo: ManifestCoding.deepest), name: try decoder.place(upTo: 1 << 12),
            permissions: UInt16(try decoder.number(upTo: 0o7777)), state: try decoder.state(),
            target: kind & 3 == RecordedMember.Kind.link ? try decoder.place(upTo: 4096) : 0..<0)
    }

    /// An error that says what is wrong with the bytes.
    func damaged(_ detail: String) -> BerthError { decoder.damaged(detail) }
}

/// Writes the members of a tree, in the manifest's order.
struct RecordedBody: Sendable {
    private var members = ByteEncoder()
    private var table = ByteEncoder()
    private var names: [NamesHash] = []
    private(set) var count = 0
    private var blocks = 0
    /// The folders that lead to the next member: by depth, their names and numbers.
    private var above: [(name: ArraySlice<UInt8>, folder: Int?)] = []

    /// Members of a block.
    private static let share = 512

    /// `isLinked`: whether it is a file with several names.
    mutating func add(_ member: TreeManifest.Member, _ state: FileState, isLinked: Bool) {
        above.removeLast(above.count - member.depth)
        if count % Self.share == 0 { begin() }
        if let folder = above.last?.folder { names[folder].add(member.name) }
        var kind = isLinked ? RecordedMember.Kind.linked : 0
        var target: ArraySlice<UInt8>?
        switch member.content {
        case .folder: kind |= RecordedMember.Kind.folder
        case .link(let text): (kind, target) = (kind | RecordedMember.Kind.link, text)
        case .file(let file) where file.isSparse: kind |= RecordedMember.Kind.sparse
        case .file, .sameFile: break
        }
        above.append((member.name, member.content == .folder ? names.count : nil))
        if member.content == .folder { names.append(NamesHash()) }
        members.add(kind)
        members.add(member.depth)
        members.add(member.name)
        members.add(Int(member.permissions))
        members.add(state)
        if let target { members.add(target) }
        count += 1
    }

    private mutating func begin() {
        table.add(count)
        table.add(members.bytes.count)
        table.add(names.count)
        table.add(max(0, above.count - 1))
        for (name, _) in above.dropFirst() { table.add(name) }
        blocks += 1
    }

    /// The table and the members, behind a record's head.
    func encode(_ take: (ArraySlice<UInt8>) throws -> Void) rethrows {
        var encoder = ByteEncoder()
        encoder.add(names.count)
        for hash in names { encoder.add(hash.value) }
        encoder.add(count)
        encoder.add(blocks)
        encoder.add(raw: table.bytes)
        try take(encoder.bytes[...])
        try take(members.bytes[...])
    }
}

extension ByteDecoder {
    /// The table of a record's blocks.
    mutating func table() throws -> [(first: Int, start: Int, folders: Int, above: [[UInt8]])] {
        try (0..<(try count(ofAtLeast: 4))).map { _ in
            (
                first: try number(upTo: Int.max), start: try number(upTo: Int.max), folders: try number(upTo: Int.max),
                above: try (0..<(try number(upTo: ManifestCoding.deepest))).map { _ in try text(upTo: 1 << 12) }
            )
        }
    }
}
