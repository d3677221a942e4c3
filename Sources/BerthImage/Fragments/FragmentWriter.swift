internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Compresses a run of tar bytes chunk by chunk into a file beside its final place.
struct FragmentWriter: ByteSink, ~Copyable {
    private let compressor: ChunkCompressor
    private let descriptor: FileDescriptor
    private let file: FilePath
    private var pending: [UInt8] = []
    private(set) var chunks: [Fragment.Chunk] = []

    init(_ compression: Compression, aside file: FilePath) throws {
        let made = try compression.makeCompressor()
        let opened = try Files.open(
            file, .writeOnly, options: [.create, .truncate], permissions: .init(rawValue: 0o644))
        compressor = made
        descriptor = opened
        self.file = file
        pending.reserveCapacity(Compression.chunkSize)
    }

    deinit { try? descriptor.close() }

    mutating func append(_ bytes: RawSpan) throws {
        var rest = bytes
        while rest.byteCount > 0 {
            let room = min(Compression.chunkSize - pending.count, rest.byteCount)
            unsafe rest.extracting(first: room).withUnsafeBytes { unsafe pending.append(contentsOf: $0) }
            rest = rest.extracting(droppingFirst: room)
            if pending.count == Compression.chunkSize { try writeChunk() }
        }
    }

    /// Writes what is left.
    mutating func finish() throws {
        if !pending.isEmpty { try writeChunk() }
    }

    private mutating func writeChunk() throws {
        let member = try compressor.compress(pending)
        try Files.writeAll(member, to: descriptor, file)
        chunks.append(.init(compressed: member.count, expanded: pending.count))
        pending.removeAll(keepingCapacity: true)
    }
}
