internal import BerthArchive

/// What the files of a walk hold, as far as it is known: the digest of each chunk, and the time taken out of a .pyc's header.
///
/// Digests of all files stand in one array; files without bytes have none.
struct WalkContents: Sendable {
    private struct Row {
        /// Where its digests begin; they end where those of the next member begin.
        let start: UInt32
        var stamp: UInt32?
    }

    private var rows = [Row(start: 0)]
    private var digests: [Digest] = []

    /// Of no members, with room for some.
    init(room: Int = 0) {
        rows.reserveCapacity(room + 1)
        digests.reserveCapacity(room)
    }

    /// Room for the contents of all members of a walk.
    init(_ walk: TreeWalk) {
        rows.reserveCapacity(walk.states.count + 1)
        var count = 0
        for member in walk.manifest.members.indices {
            if walk.manifest.members.isFile(member) { count += TreeManifest.Chunk.count(of: walk.states[member].size) }
            rows.append(Row(start: UInt32(count)))
        }
        digests = Array(repeating: Digest.of([]), count: count)
    }

    private func range(_ member: Int) -> Range<Int> { Int(rows[member].start)..<Int(rows[member + 1].start) }

    /// Of members.
    var count: Int { rows.count - 1 }

    /// How many chunks a member has.
    func chunks(of member: Int) -> Int { range(member).count }

    /// The content of a member with chunks.
    subscript(member: Int) -> FileContent {
        get { FileContent(chunks: Array(digests[range(member)]), stamp: rows[member].stamp) }
        set {
            digests.replaceSubrange(range(member), with: newValue.chunks)
            rows[member].stamp = newValue.stamp
        }
    }

    /// The digests of all chunks, member by member.
    var allDigests: some Collection<Digest> { digests }

    /// The digests of a member's chunks.
    func digests(of member: Int) -> ArraySlice<Digest> { digests[range(member)] }

    /// The digests of all chunks of some members.
    func digests(of members: Range<Int>) -> ArraySlice<Digest> {
        digests[Int(rows[members.lowerBound].start)..<Int(rows[members.upperBound].start)]
    }

    /// The time that a member's header had.
    func stamp(of member: Int) -> UInt32? { rows[member].stamp }

    /// Adds the next member; `text`: the record's bytes.
    mutating func append(_ member: RecordedMember, _ text: [UInt8]) {
        rows[rows.count - 1].stamp = member.stamp
        for place in stride(from: member.digests.lowerBound, to: member.digests.upperBound, by: 32) {
            digests.append(Digest(text, at: place))
        }
        rows.append(Row(start: UInt32(digests.count)))
    }

    /// Adds the members of another one behind these.
    mutating func append(_ other: WalkContents) {
        let shift = UInt32(digests.count)
        rows.removeLast()
        for row in other.rows { rows.append(Row(start: row.start + shift, stamp: row.stamp)) }
        digests += other.digests
    }

    /// Takes what is known of members, where they have as many chunks here.
    mutating func take(_ known: KnownMembers) {
        for member in known.members {
            let (here, there) = (range(member), known.contents.range(known.start + member - known.members.lowerBound))
            guard here.count == there.count else { continue }
            for (one, other) in zip(here, there) { digests[one] = known.contents.digests[other] }
            rows[member].stamp = known.contents.rows[known.start + member - known.members.lowerBound].stamp
        }
    }

    /// Takes what was read of a unit.
    mutating func take(_ unit: SaveUnit, _ outcome: SaveWorker.Outcome) {
        for (piece, digest) in zip(unit.pieces, outcome.digests) {
            digests[Int(rows[piece.member].start) + piece.chunk] = digest
        }
        for (member, stamp) in outcome.stamps { rows[member].stamp = stamp }
    }
}
