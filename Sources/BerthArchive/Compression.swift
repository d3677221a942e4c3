/// How layers and fragments are compressed; bytes depend on it, so its identity is recorded beside every digest.
package enum Compression: Sendable, Hashable {
    /// gzip members by libdeflate, level 1 to 12.
    case gzip(level: Int)
    /// zstd frames by libzstd, level 1 to 19.
    case zstd(level: Int)

    /// What an image layer has unless a target asks for something else: every engine reads it.
    package static let standard = Compression.gzip(level: 6)

    /// Compressor, its version and level: equal identities give equal bytes.
    package var identity: String {
        switch self {
        case .gzip(let level): "libdeflate \(GzipCompressor.version) level \(level)"
        case .zstd(let level): "libzstd \(ZstdCompressor.version) level \(level)"
        }
    }

    /// The OCI media type of a layer so compressed (image-spec, layer.md).
    package var layerMediaType: String {
        switch self {
        case .gzip: "application/vnd.oci.image.layer.v1.tar+gzip"
        case .zstd: "application/vnd.oci.image.layer.v1.tar+zstd"
        }
    }

    /// Uncompressed bytes in one member or frame: bounds memory, and lets members be compressed at the same time.
    package static let chunkSize = 4 << 20

    /// A compressor of this kind, for one thread.
    package func makeCompressor() throws -> ChunkCompressor {
        switch self {
        case .gzip(let level): .gzip(try GzipCompressor(level: level))
        case .zstd(let level): .zstd(try ZstdCompressor(level: level))
        }
    }
}

/// Compresses and expands one chunk at a time.
package enum ChunkCompressor {
    case gzip(GzipCompressor)
    case zstd(ZstdCompressor)

    /// One complete member or frame for the bytes given (at most `Compression.chunkSize`).
    package func compress(_ bytes: RawSpan) throws -> [UInt8] {
        switch self {
        case .gzip(let compressor): try compressor.compress(bytes)
        case .zstd(let compressor): try compressor.compress(bytes)
        }
    }

    /// One complete member or frame for the bytes given.
    package func compress(_ bytes: [UInt8]) throws -> [UInt8] { try unsafe compress(bytes.span.bytes) }

    /// The bytes of one member or frame, whose expanded size is known.
    package func expand(_ bytes: [UInt8], size: Int) throws -> [UInt8] {
        try unsafe expand(bytes.span.bytes, size: size)
    }

    /// The bytes of one member or frame, whose expanded size is known.
    package func expand(_ bytes: RawSpan, size: Int) throws -> [UInt8] {
        switch self {
        case .gzip(let compressor): try compressor.expand(bytes, size: size)
        case .zstd(let compressor): try compressor.expand(bytes, size: size)
        }
    }
}
