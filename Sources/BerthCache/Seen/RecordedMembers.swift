internal import BerthArchive
internal import BerthSystem

/// One member of a record, with its name, a link's target and a file's digests as places in the record's bytes.
struct RecordedMember {
    let kind: Int
    let depth: Int
    let name: Range<Int>
    let permissions: UInt16
    let state: FileState
    let target: Range<Int>
    /// The time that a .pyc's header had.
    let stamp: UInt32?
    /// The digests of a file's chunks.
    let digests: Range<Int>

    enum Kind {
        static let file = 0
        static let folder = 1
        static let link = 2
        /// A file with several names.
        static let linked = 4
        static let sparse = 8
        static let stamped = 16
        static let all = 31
    }

    var isFolder: Bool { kind & 3 == Kind.folder }

    /// Whether something is of the noted kind.
    func isOf(_ other: EntryFacts.Kind) -> Bool {
        switch kind & 3 {
        case Kind.folder: other == .folder
        case Kind.link: other == .link
        default: other == .file
        }
    }

    /// What a file holds; `text`: the record's bytes.
    func content(_ text: [UInt8]) -> FileContent {
        let places = stride(from: digests.lowerBound, to: digests.upperBound, by: 32)
        return FileContent(chunks: places.map { Digest(text, at: $0) }, stamp: stamp)
    }
}

/// Reads the members of a record, none of which takes memory of its own.
struct RecordedMembers {
    private var decoder: ByteDecoder
    /// Where the next block's begin.
    private let end: Int

    init(_ decoder: ByteDecoder, of block: TreeRecord.Block) {
        (self.decoder, end) = (decoder.at(block.bytes.lowerBound), block.bytes.upperBound)
    }

    var bytes: [UInt8] { decoder.bytes }

    /// Throws where something follows the members that were read.
    func finish() throws { guard decoder.position == end else { throw damaged("a block has another end") } }

    mutating func next() throws -> RecordedMember {
        let member = try read()
        // Else blocks that begin alike could take more memory than the record.
        guard decoder.position <= end else { throw damaged("a block has no end") }
        return member
    }

    private mutating func read() throws -> RecordedMember {
        let kind = try decoder.number(upTo: RecordedMember.Kind.all)
        let depth = try decoder.number(upTo: ManifestCoding.deepest)
        let name = try decoder.place(upTo: 1 << 12)
        let permissions = UInt16(try decoder.number(upTo: 0o7777))
        let state = try decoder.state()
        let target = kind & 3 == RecordedMember.Kind.link ? try decoder.place(upTo: 4096) : 0..<0
        let stamp = kind & RecordedMember.Kind.stamped != 0 ? try decoder.number(upTo: Int(UInt32.max)) : nil
        let chunks = kind & 3 == RecordedMember.Kind.file ? TreeManifest.Chunk.count(of: state.size) : 0
        return RecordedMember(
            kind: kind, depth: depth, name: name, permissions: permissions, state: state, target: target,
            stamp: stamp.map { UInt32($0) }, digests: try decoder.places(chunks, of: 32))
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
    /// The members that lead to the next one: by depth, where their names stand, and the numbers of folders.
    private var above: [(name: Range<Int>, folder: Int?)] = []

    /// Members of a block.
    private static let share = 512
    /// Bytes of a member, more or less.
    private static let size = 72

    /// `room`: for so many members.
    init(room: Int) { members.reserveCapacity(room * Self.size) }

    /// Adds a member of a manifest, which has so many chunks as its size says.
    ///
    /// `isLinked`: whether it is a file with several names.
    mutating func add(_ member: Int, of manifest: TreeManifest, _ note: FileNote, isLinked: Bool) {
        let (list, row) = (manifest.members, manifest.members.rows[member])
        let name = list.nameStart(member)..<Int(row.nameEnd)
        above.removeLast(above.count - Int(row.depth))
        if count % Self.share == 0 { begin(list.names) }
        if let folder = above.last?.folder { names[folder].add(list.names, name) }
        above.append((name, row.kind == .folder ? names.count : nil))
        if row.kind == .folder { names.append(NamesHash()) }
        let content = list.firstName(of: member).map { list.rows[$0] } ?? row
        members.add(Self.kind(content, isLinked))
        members.add(Int(row.depth))
        members.add(list.names, name)
        members.add(Int(note.permissions))
        members.add(note.state)
        let (start, end) = (Int(content.start), Int(content.start) + Int(content.count))
        if content.hasStamp { members.add(UInt64(content.stamp)) }
        switch content.kind {
        case .link: members.add(list.targets, start..<end)
        case .file: for place in start..<end { members.add(manifest.chunks[list.chunks[place]].digest) }
        case .folder, .sameFile: break
        }
        count += 1
    }

    /// `content`: the row that has it, a first name's for a second one.
    private static func kind(_ content: MemberList.Row, _ isLinked: Bool) -> Int {
        let kind =
            switch content.kind {
            case .folder: RecordedMember.Kind.folder
            case .link: RecordedMember.Kind.link
            case .file, .sameFile: RecordedMember.Kind.file
            }
        return kind | (isLinked ? RecordedMember.Kind.linked : 0)
            | (content.isSparse ? RecordedMember.Kind.sparse : 0)
            | (content.hasStamp ? RecordedMember.Kind.stamped : 0)
    }

    private mutating func begin(_ text: [UInt8]) {
        table.add(count)
        table.add(members.bytes.count)
        table.add(names.count)
        table.add(max(0, above.count - 1))
        for (name, _) in above.dropFirst() { table.add(text, name) }
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
