internal import BerthSystem

/// A tree that was noted, as a walk would have found it.
struct RecordedTree {
    /// One tree, whose files have no chunks, and whose second names are files like the first.
    private(set) var manifest = TreeManifest()
    /// By member.
    private(set) var states: [FileState] = []
    /// Files with several names.
    private(set) var linked: Set<Int> = []

    init(_ record: TreeRecord) throws {
        manifest.labels = [record.head.label]
        manifest.members.reserveCapacity(record.count)
        states.reserveCapacity(record.count)
        guard let first = record.blocks.first else { return }
        var members = record.members(of: first)
        // How deep the next member may lie.
        var deepest = 0
        for number in 0..<record.count {
            let member = try members.next()
            guard member.depth <= deepest, (member.depth == 0) == (number == 0) else {
                throw members.damaged("a name lies nowhere")
            }
            deepest = member.isFolder ? member.depth + 1 : member.depth
            add(member, members.bytes, record.head, number)
        }
        guard members.isAtEnd else { throw members.damaged("something follows its end") }
    }

    private mutating func add(_ member: RecordedMember, _ bytes: [UInt8], _ head: TreeRecord.Head, _ number: Int) {
        let content: TreeManifest.Content =
            switch member.kind & 3 {
            case RecordedMember.Kind.folder: .folder
            case RecordedMember.Kind.link: .link(bytes[member.target])
            default: .file(.init(chunks: [], isSparse: member.kind & RecordedMember.Kind.sparse != 0))
            }
        if member.kind & RecordedMember.Kind.linked != 0 { linked.insert(number) }
        // The root's facts changed when it got to its place.
        let (state, permissions) = number == 0 ? head.root : (member.state, member.permissions)
        manifest.members.append(
            .init(
                name: bytes[member.name], depth: member.depth, permissions: permissions, modified: state.modified,
                content: content))
        states.append(state)
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
