internal import BerthArchive
internal import BerthStore
internal import BerthSystem

/// Trees that arrive as a tar stream, hashed and stored as they come: one chunk and one pack are in memory.
///
/// For one thread at a time. Nothing is written under a name of the stream: contents go into packs, names into the
/// manifest.
struct TarSave {
    /// What a sender adds behind the end of its stream once all of it went well: tar ends a stream in the same way when a
    /// file could not be read.
    static let seal = Array("BERTH COMPLETE\n".utf8)

    private let session: IngestSession
    private let known: KnownContents
    private var reader: TarStreamReader
    private var tree: ArrivingTree
    private var kept: PackRow
    /// Contents of files that are left out: a name that stays may still turn out to be a second one of them.
    private var spare: PackRow
    private var chunks: [TreeManifest.Chunk] = []
    private var places = PlaceTable()
    private var file: ArrivingFile?

    /// The file whose contents are coming.
    private struct ArrivingFile {
        let node: Int
        let name: [UInt8]
        var left: Int64
        var offset: Int64 = 0
        /// Of the chunk that is not whole yet.
        var bytes: [UInt8] = []
    }

    init(_ tree: ArrivingTree, session: IngestSession, known: KnownContents, limits: TarStreamReader.Limits) throws {
        (self.session, self.known) = (session, known)
        reader = TarStreamReader(limits: limits)
        self.tree = tree
        (kept, spare) = (PackRow(try PackBuilder()), PackRow(try PackBuilder()))
    }

    /// Takes the next bytes of the stream.
    mutating func feed(_ bytes: [UInt8]) throws {
        for event in try reader.feed(bytes) {
            switch event {
            case .member(let member):
                guard let node = try tree.add(member), member.size > 0 else { continue }
                try startPackage(of: node)
                file = ArrivingFile(node: node, name: tree.nodes[node].name, left: member.size)
            case .content(let piece): try take(piece)
            }
        }
    }

    /// Ends the stream; throws `.damaged` where it was cut, or whoever sent it met with trouble.
    mutating func finish() throws -> TreeSaver.Saved {
        guard try reader.finish() == Self.seal else {
            throw BerthError(
                .damaged, "the tar stream has no seal: its sender could not read all of the files, or was ended",
                done: "nothing was saved", remedy: "save after the step that writes the files has ended")
        }
        try kept.close(session)
        try spare.close(session)
        let manifest = tree.manifest(chunks)
        let shared = known.end(neededFor: manifest.chunks.lazy.map(\.digest))
        return TreeSaver.Saved(manifest: manifest, shared: shared, packs: kept.packs + spare.needed(by: manifest))
    }

    private mutating func take(_ piece: ArraySlice<UInt8>) throws {
        var rest = piece
        while !rest.isEmpty, var current = file {
            // One owner at a time, or each piece would copy the chunk.
            file = nil
            let taken = min(rest.count, TreeManifest.Chunk.largest - current.bytes.count)
            current.bytes += rest.prefix(taken)
            current.left -= Int64(taken)
            rest = rest.dropFirst(taken)
            if current.left == 0 || current.bytes.count == TreeManifest.Chunk.largest { try store(&current) }
            if current.left > 0 { file = current }
        }
    }

    /// Stores a whole chunk, unless the store has it.
    private mutating func store(_ current: inout ArrivingFile) throws {
        var bytes = current.bytes
        current.bytes = []
        if Self.hasHole(bytes) { tree.setSparse(current.node) }
        let stamp = ByteCode.takeStamp(&bytes, named: current.name, current.offset)
        current.offset += Int64(bytes.count)
        let digest = Digest.of(bytes)
        if try known.claim(digest) {
            if tree.nodes[current.node].isLeftOut {
                try spare.add(bytes, digest, session)
            } else {
                try kept.add(bytes, digest, session)
            }
        }
        let number = chunks.number(.init(digest: digest, size: bytes.count), &places)
        tree.addChunk(number, to: current.node, stamp: stamp)
    }

    /// Packs follow package folders, as `UnitPlanner` has them.
    private mutating func startPackage(of node: Int) throws {
        try kept.start(tree.packageFolder(of: node), session)
    }

    /// tar streams holes as zeros: a long run of them, at a place where file systems begin blocks, was or may be one.
    private static func hasHole(_ bytes: [UInt8]) -> Bool {
        stride(from: 0, through: bytes.count - StreamHole.size, by: StreamHole.size).contains { start in
            StreamHole.isEmpty(bytes[start..<(start + StreamHole.size)])
        }
    }
}

/// Packs that are filled one after the other.
private struct PackRow {
    private var builder: PackBuilder
    private var package: Int?
    private(set) var packs: [StoredPack] = []
    /// By pack: what it holds.
    private var contents: [[Digest]] = []

    init(_ builder: PackBuilder) { self.builder = builder }

    /// Begins a pack for another package, unless the one that is being filled is small.
    mutating func start(_ folder: Int, _ session: IngestSession) throws {
        if folder != package, builder.size >= SaveUnit.least { try close(session) }
        package = folder
    }

    mutating func add(_ bytes: [UInt8], _ digest: Digest, _ session: IngestSession) throws {
        if builder.size + bytes.count > SaveUnit.most { try close(session) }
        try builder.add(bytes, digest)
    }

    mutating func close(_ session: IngestSession) throws {
        guard !builder.isEmpty else { return }
        let expanded = builder.size
        let (bytes, table) = try builder.finish()
        packs.append(
            StoredPack(digest: try session.add(bytes), size: ByteCount(bytes.count), expanded: ByteCount(expanded)))
        contents.append(table.map(\.digest))
    }

    /// Those that hold something of a manifest.
    func needed(by manifest: TreeManifest) -> [StoredPack] {
        guard !packs.isEmpty else { return [] }
        let wanted = Set(manifest.chunks.map(\.digest))
        return zip(packs, contents).filter { !wanted.isDisjoint(with: $0.1) }.map(\.0)
    }
}

/// Runs of zeros that are not written.
enum StreamHole {
    static let size = 64 << 10

    static func isEmpty(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.first == 0 && bytes.allSatisfy { $0 == 0 } }
}
