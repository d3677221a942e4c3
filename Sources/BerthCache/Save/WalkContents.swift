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

    private var rows: [Row] = []
    private var digests: [Digest]

    init(_ walk: TreeWalk) {
        rows.reserveCapacity(walk.states.count + 1)
        var count = 0
        for member in walk.manifest.members.indices {
            rows.append(Row(start: UInt32(count)))
            if walk.manifest.members.isFile(member) { count += TreeManifest.Chunk.count(of: walk.states[member].size) }
        }
        rows.append(Row(start: UInt32(count)))
        digests = Array(repeating: Digest.of([]), count: count)
    }

    private func range(_ member: Int) -> Range<Int> { Int(rows[member].start)..<Int(rows[member + 1].start) }

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

    /// The time that a member's header had.
    func stamp(of member: Int) -> UInt32? { rows[member].stamp }

    /// Takes what was read of a unit.
    mutating func take(_ unit: SaveUnit, _ outcome: SaveWorker.Outcome) {
        for (piece, digest) in zip(unit.pieces, outcome.digests) {
            digests[Int(rows[piece.member].start) + piece.chunk] = digest
        }
        for (member, stamp) in outcome.stamps { rows[member].stamp = stamp }
    }
}
