internal import BerthSystem

/// A tree that was noted, as a walk would have found it, and what its files held.
struct RecordedTree: Sendable {
    /// One tree, whose files have no chunks, and whose second names are files like the first.
    private(set) var manifest = TreeManifest()
    /// By member.
    private(set) var states: [FileState] = []
    /// By member.
    private(set) var contents = WalkContents()
    /// Files with several names, in the members' order.
    private(set) var linked: [Int] = []

    /// Reads a record.
    init(_ record: TreeRecord) throws { self.init(record, try RecordedPart(record, record.blocks[...])) }

    /// Reads a record by several threads, each of which takes blocks that stand together.
    init(sharing record: TreeRecord) async throws {
        let parts = record.blocks.split(among: WorkQueue.width)
        let shares = try await WorkQueue.share(parts.count) { queue in
            var shares: [(number: Int, part: RecordedPart)] = []
            try queue.drain { shares.append(($0, try RecordedPart(record, parts[$0]))) }
            return shares
        }
        var ordered = shares.joined().sorted { $0.number < $1.number }.map(\.part)
        // A record has a block. The first part is taken out of the list: only what nobody else holds grows in its place.
        var all = ordered.removeFirst()
        for part in ordered { try all.append(part) }
        self.init(record, all)
    }

    private init(_ record: TreeRecord, _ all: RecordedPart) {
        manifest.labels = [record.head.label]
        (manifest.members, states, contents, linked) = (all.members, all.states, all.contents, all.linked)
    }

    /// Files with several names, among some members.
    func linked(in members: Range<Int>) -> ArraySlice<Int> {
        linked[linked.firstIndex(atLeast: members.lowerBound)..<linked.firstIndex(atLeast: members.upperBound)]
    }

    /// Whether something of it is left out.
    func isTouched(by exclusion: Exclusion?) -> Bool {
        // By depth: what is left out from there on.
        var above = [exclusion]
        return manifest.members.indices.dropFirst().contains { member in
            above.removeLast(above.count - manifest.members.depth(of: member))
            let here = above.last?.flatMap {
                $0.below(String(decoding: manifest.members.name(of: member), as: UTF8.self))
            }
            above.append(here)
            return here?.leavesOut == true
        }
    }
}

/// The members of some blocks.
private struct RecordedPart: Sendable {
    private(set) var members = MemberList()
    private(set) var states: [FileState] = []
    private(set) var contents: WalkContents
    private(set) var linked: [Int] = []
    /// How deep the next member may lie.
    private var deepest: Int

    /// Throws where a member lies nowhere.
    init(_ record: TreeRecord, _ blocks: ArraySlice<TreeRecord.Block>) throws {
        let first = blocks.first?.members.lowerBound ?? 0
        deepest = first == 0 ? 0 : .max
        // The first part takes up all others.
        let room = first == 0 ? record.count : blocks.reduce(0) { $0 + $1.members.count }
        members.reserveCapacity(room)
        states.reserveCapacity(room)
        contents = WalkContents(room: room)
        for block in blocks { try add(block, of: record) }
    }

    private mutating func add(_ block: TreeRecord.Block, of record: TreeRecord) throws {
        var reader = record.members(of: block)
        if block.members.lowerBound > 0 { deepest = min(deepest, block.above.count + 1) }
        for number in block.members {
            let member = try reader.next()
            guard member.depth <= deepest, (member.depth == 0) == (number == 0) else {
                throw reader.damaged("a name lies nowhere")
            }
            deepest = member.isFolder ? member.depth + 1 : member.depth
            add(member, reader.bytes, record.head, number)
        }
        try reader.finish()
    }

    /// Adds the part behind this one.
    ///
    /// Throws where that begins where no member can follow.
    mutating func append(_ other: RecordedPart) throws {
        guard let first = other.members.indices.first, other.members.depth(of: first) <= deepest else {
            throw BerthError(.damaged, "the record of a tree is damaged: a block lies nowhere")
        }
        deepest = other.deepest
        linked += other.linked
        members.append(other.members)
        states += other.states
        contents.append(other.contents)
    }

    private mutating func add(_ member: RecordedMember, _ bytes: [UInt8], _ head: TreeRecord.Head, _ number: Int) {
        let content: TreeManifest.Content =
            switch member.kind & 3 {
            case RecordedMember.Kind.folder: .folder
            case RecordedMember.Kind.link: .link(bytes[member.target])
            default: .file(.init(chunks: [], isSparse: member.kind & RecordedMember.Kind.sparse != 0))
            }
        if member.kind & RecordedMember.Kind.linked != 0 { linked.append(number) }
        // The root's facts changed when it got to its place.
        let (state, permissions) = number == 0 ? head.root : (member.state, member.permissions)
        members.append(
            .init(
                name: bytes[member.name], depth: member.depth, permissions: permissions, modified: state.modified,
                content: content))
        states.append(state)
        contents.append(member, bytes)
    }
}

extension Array {
    /// So many parts of it at most, of much the same length, in order.
    fileprivate func split(among most: Int) -> [ArraySlice<Element>] {
        let parts = Swift.min(Swift.max(1, most), count)
        return (0..<parts).map { self[$0 * count / parts..<($0 + 1) * count / parts] }
    }
}
