internal import BerthArchive
internal import BerthSystem
internal import Synchronization
internal import SystemPackage

/// Trees that lie here as a tar stream to a service, read while it is sent.
final class OutgoingTrees: Sendable {
    private let tar: Mutex<WalkTar>

    /// `places`: by label, where each tree stands in the stream.
    init(_ walk: TreeWalk, _ places: [StreamPlace]) throws { tar = Mutex(try WalkTar(walk, places)) }

    /// The next bytes; nil behind the end.
    ///
    /// Blocks.
    func next() throws -> [UInt8]? { try tar.withLock { try $0.next() } }
}

/// The members of a walk in its own order, each with its contents.
struct WalkTar {
    private let walk: TreeWalk
    private let stack: FolderStack
    private var names: StreamNames
    private var member = 0
    private var open: (file: OpenFile, offset: Int64)?
    private var isOver = false
    private static let piece = 1 << 20

    init(_ walk: TreeWalk, _ places: [StreamPlace]) throws {
        self.walk = walk
        stack = FolderStack(walk.manifest, walk.index, roots: try walk.openRoots())
        let roots = try walk.manifest.labels.map { label in
            guard let place = places.first(where: { $0.label == label }) else {
                throw BerthError(.failed, "a tree has no place in the stream")
            }
            return place.name
        }
        names = StreamNames(walk.manifest, walk.index, roots: roots)
    }

    /// The next bytes, about a mebibyte; nil behind the end.
    mutating func next() throws -> [UInt8]? {
        guard !isOver else { return nil }
        var buffer: [UInt8] = []
        buffer.reserveCapacity(2 * Self.piece)
        while buffer.count < Self.piece, member < walk.manifest.members.count {
            if open != nil { try addContents(&buffer) } else { try addHeader(&buffer) }
        }
        if member == walk.manifest.members.count {
            buffer += StreamMember.end + TarSave.seal
            isOver = true
        }
        return buffer
    }

    private mutating func addHeader(_ buffer: inout [UInt8]) throws {
        let entry = walk.manifest.members[member]
        let kind: StreamMember.Kind =
            switch entry.content {
            case .folder: .folder
            case .link(let target): .link(to: Array(target))
            case .sameFile(let first): .sameFile(as: names.name(of: first))
            case .file: .file(size: walk.states[member].size)
            }
        StreamMember(names.name(of: member), kind, permissions: entry.permissions, modified: entry.modified)
            .appendHeader(to: &buffer)
        guard case .file(let size) = kind, size > 0 else { return member += 1 }
        let file = try walk.open(member, stack)
        guard try walk.isUnchanged(file, member) else { throw changed(file) }
        open = (file, 0)
    }

    private mutating func addContents(_ buffer: inout [UInt8]) throws {
        guard let current = open else { return }
        let size = walk.states[member].size
        let wanted = Int(min(Int64(Self.piece), size - current.offset))
        let bytes = try current.file.read(wanted, at: current.offset)
        guard bytes.count == wanted else { throw changed(current.file) }
        buffer += bytes
        open?.offset += Int64(wanted)
        guard current.offset + Int64(wanted) == size else { return }
        guard try walk.isUnchanged(current.file, member) else { throw changed(current.file) }
        buffer += repeatElement(0, count: StreamMember.padding(size))
        (open, member) = (nil, member + 1)
    }

    private func changed(_ file: OpenFile) -> BerthError {
        BerthError(
            .failed, "a file changed while it was being saved", place: file.path.string.escaped,
            done: "nothing was saved", remedy: "save after the step that writes it has ended")
    }
}
