internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// A layer's blob as others compress it: gzip, zstd, xz or not at all; read once through, in pieces.
struct LayerContent {
    /// The digest and size of the tar inside (image-spec, config.md, `rootfs.diff_ids`).
    struct Measure: Sendable, Equatable {
        let diffID: Digest
        let unpacked: ByteCount
    }

    /// A layer is bigger than any single file may be elsewhere, but not without bound.
    private static let limits = ArchiveLimits(entries: 1, entrySize: 32 << 30, totalSize: 32 << 30)

    private let file: FilePath

    init(_ file: FilePath) { self.file = file }

    func measure() throws -> Measure {
        var hasher = Hasher()
        var unpacked: Int64 = 0
        try read { piece in
            hasher.update(piece)
            unpacked += Int64(piece.byteCount)
        }
        return Measure(diffID: hasher.finalize(), unpacked: ByteCount(unpacked))
    }

    /// The same layer in members of our compressor.
    func recompressed(_ compression: Compression, into session: IngestSession, name: String) throws -> Layer {
        var output = LayerOutput(try session.writer(), try compression.makeCompressor())
        var pending: [UInt8] = []
        try read { piece in
            var buffer = ByteBuffer()
            buffer.append(piece)
            pending += buffer.bytes
            guard pending.count >= Compression.chunkSize else { return }
            try output.append(plain: pending)
            pending.removeAll(keepingCapacity: true)
        }
        try output.append(plain: pending)
        return try output.finish(name: name, mediaType: compression.layerMediaType)
    }

    private func read(_ body: (RawSpan) throws -> Void) throws {
        var reader = try ArchiveReader(.raw, file, limits: Self.limits)
        guard try reader.next() != nil else { throw BerthError(.damaged, "a layer is empty", place: file.string) }
        try reader.readContents(body)
    }
}
