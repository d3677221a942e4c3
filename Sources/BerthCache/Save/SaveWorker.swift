package import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Reads and hashes the files of units, and packs what is new; one for each thread.
final class SaveWorker {
    private let walk: TreeWalk
    private let stack: FolderStack
    private let known: KnownContents
    private var builder: PackBuilder
    private var open: (member: Int, file: OpenFile)?

    /// What a unit came to.
    struct Outcome: Sendable {
        /// In the order of the unit's pieces.
        var digests: [Digest] = []
        /// Times taken out of .pyc headers, by member.
        var stamps: [Int: UInt32] = [:]
        /// What was new, as a pack or a piece of one; nil when nothing was.
        var piece: PackPiece?
    }

    init(_ walk: TreeWalk, known: KnownContents) throws {
        self.walk = walk
        stack = FolderStack(walk.manifest, walk.index, roots: try walk.openRoots())
        self.known = known
        builder = try PackBuilder()
    }

    func run(_ unit: SaveUnit) throws -> Outcome {
        var outcome = Outcome()
        for piece in unit.pieces {
            var bytes = try read(piece)
            if let stamp = ByteCode.takeStamp(&bytes, named: walk.manifest.members[piece.member].name, piece.offset) {
                outcome.stamps[piece.member] = stamp
            }
            let digest = Digest.of(bytes)
            outcome.digests.append(digest)
            if try known.claim(digest) { try builder.add(bytes, digest) }
        }
        open = nil
        if !builder.isEmpty { outcome.piece = try builder.finishPiece() }
        return outcome
    }

    /// The bytes of a piece; throws where the file is not the one that was walked, before or after.
    private func read(_ piece: SaveUnit.Piece) throws -> [UInt8] {
        let file = try opened(piece.member)
        let size = piece.size(of: walk.states[piece.member].size)
        let bytes = try file.read(size, at: piece.offset)
        guard try bytes.count == size && walk.isUnchanged(file, piece.member) else { throw changed(file) }
        return bytes
    }

    private func opened(_ member: Int) throws -> OpenFile {
        if let open, open.member == member { return open.file }
        let file = try walk.open(member, stack)
        guard try walk.isUnchanged(file, member) else { throw changed(file) }
        open = (member, file)
        return file
    }

    private func changed(_ file: OpenFile) -> BerthError {
        BerthError(
            .failed, "a file changed while it was being saved", place: file.path.string.escaped,
            done: "nothing was saved", remedy: "save after the step that writes it has ended")
    }
}

/// A pack that a save added.
package struct StoredPack: Sendable, Codable, Equatable {
    package let digest: Digest
    /// In the store.
    package let size: ByteCount
    /// Of its contents.
    package let expanded: ByteCount
}
