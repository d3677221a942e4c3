internal import BerthArchive
internal import BerthStore

/// A layer blob on its way into the store, with the digest of the tar inside.
struct LayerOutput: ~Copyable {
    private var blob: BlobWriter
    private let compressor: ChunkCompressor
    private var tar = Hasher()
    private var unpacked: Int64 = 0

    init(_ blob: consuming BlobWriter, _ compressor: ChunkCompressor) {
        self.blob = blob
        self.compressor = compressor
    }

    mutating func append(plain bytes: [UInt8]) throws {
        for start in stride(from: 0, to: bytes.count, by: Compression.chunkSize) {
            let piece = Array(bytes[start..<min(start + Compression.chunkSize, bytes.count)])
            tar.update(piece)
            unpacked += Int64(piece.count)
            try blob.append(compressor.compress(piece))
        }
    }

    mutating func append(compressed bytes: [UInt8], expanded size: Int) throws {
        tar.update(try compressor.expand(bytes, size: size))
        unpacked += Int64(size)
        try blob.append(bytes)
    }

    consuming func finish(name: String, mediaType: String) throws -> Layer {
        let size = blob.written
        let digest = try blob.finish()
        return Layer(
            name: name, digest: digest, size: size, diffID: tar.finalize(), unpacked: ByteCount(unpacked),
            mediaType: mediaType)
    }
}
