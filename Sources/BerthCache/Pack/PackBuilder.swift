internal import BerthArchive

/// Puts contents into one pack, frame by frame, in memory: packs are bounded.
///
/// For one thread.
struct PackBuilder {
    /// zstd's own default: most of what higher levels save, at a third of their time.
    static let level = 3
    private let compressor: ChunkCompressor
    private var table = PackTable()
    private var bytes: [UInt8] = []
    private var frame: [UInt8] = []

    init() throws {
        compressor = try Compression.zstd(level: Self.level).makeCompressor()
        frame.reserveCapacity(PackTable.frameSize)
    }

    /// Expanded bytes in it so far.
    private(set) var size = 0
    var isEmpty: Bool { table.contents.isEmpty }

    /// Adds a content; small ones lie whole in one frame, large ones fill frames of their own.
    mutating func add(_ content: [UInt8], _ digest: Digest) throws {
        if frame.count + content.count > PackTable.frameSize { try closeFrame() }
        table.contents.append(.init(digest: digest, size: content.count))
        size += content.count
        guard content.count > PackTable.frameSize else {
            frame += content
            return
        }
        var start = 0
        while start < content.count {
            let end = min(content.count, start + PackTable.frameSize)
            frame = Array(content[start..<end])
            try closeFrame()
            start = end
        }
    }

    private mutating func closeFrame() throws {
        guard !frame.isEmpty else { return }
        let compressed = try compressor.compress(frame)
        table.frames.append(.init(length: compressed.count, size: frame.count))
        bytes += compressed
        frame.removeAll(keepingCapacity: true)
    }

    /// The pack's bytes and what it holds; the builder is empty then.
    mutating func finish() throws -> (bytes: [UInt8], contents: [TreeManifest.Chunk]) {
        let piece = try finishPiece()
        return (piece.bytes + piece.table.encode(), piece.table.contents)
    }

    /// What is in it, as a piece of a pack; the builder is empty then.
    mutating func finishPiece() throws -> PackPiece {
        try closeFrame()
        defer { (table, bytes, size) = (PackTable(), [], 0) }
        return PackPiece(table, bytes)
    }
}
