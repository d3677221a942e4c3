internal import BerthSystem

/// A tree that was noted, as a walk would have found it.
struct RecordedTree: Sendable {
    /// One tree, whose files have no chunks, and whose second names are files like the first.
    private(set) var manifest = TreeManifest()
    /// By member.
    private(set) var states: [FileState] = []
    /// Files with several names, in the members' order.
    private(set) var linked: [Int] = []

    /// Reads a record.
    init(_ record: TreeRecord) throws {
        try self.init(record, try record.blocks.map { try RecordedPart(record, $0) })
    }

    /// Reads a record by several threads.
    init(sharing record: TreeRecord) async throws {
        let shares = try await WorkQueue.share(record.blocks.count) { queue in
            var parts: [(block: Int, part: RecordedPart)] = []
            try queue.drain { parts.append(($0, try RecordedPart(record, record.blocks[$0]))) }
            return parts
        }
        try self.init(record, shares.joined().sorted { $0.block < $1.block }.map(\.part))
    }

    /// Throws where a part does not begin where the one before it ends.
    private init(_ record: TreeRecord, _ parts: [RecordedPart]) throws {
        manifest.labels = [record.head.label]
        manifest.members.reserveCapacity(record.count)
        states.reserveCapacity(record.count)
        var deepest = 0
        for part in parts {
            guard part.members.depth(of: 0) <= deepest else {
                throw BerthError(.damaged, "the record of a tree is damaged: a block lies nowhere")
            }
            deepest = part.deepest
            linked += part.linked
            manifest.members.append(part.members)
            states += part.states
        }
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

/// The members of a block.
private struct RecordedPart: Sendable {
    var members = MemberList()
    var states: [FileState] = []
    var linked: [Int] = []
    /// How deep the next member may lie.
    private(set) var deepest: Int

    init(_ record: TreeRecord, _ block: TreeRecord.Block) throws {
        var reader = record.members(of: block)
        deepest = block.members.lowerBound == 0 ? 0 : block.above.count + 1
        for number in block.members {
            let member = try reader.next()
            guard member.depth <= deepest, (member.depth == 0) == (number == 0) else {
                throw reader.damaged("a name lies nowhere")
            }
            deepest = member.isFolder ? member.depth + 1 : member.depth
            add(member, reader.bytes, record.head, number)
        }
        guard block.members.upperBound < record.count || reader.isAtEnd else {
            throw reader.damaged("something follows its end")
        }
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
    }
}
