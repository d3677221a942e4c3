internal import BerthSystem
internal import CZstd

/// Bytes as a row of zstd frames of at most `Compression.chunkSize` each, as `zstd -d` reads them.
package enum ZstdFrames {
    /// One frame after the other.
    package static func compress(_ bytes: [UInt8], level: Int) throws -> [UInt8] {
        var writer = try Writer(level: level)
        try writer.add(bytes)
        return try writer.finish()
    }

    /// The same for bytes that come piece by piece: one frame's are in memory.
    package struct Writer {
        private let compressor: ZstdCompressor
        private var frame: [UInt8] = []
        private var result: [UInt8] = []

        package init(level: Int) throws { compressor = try ZstdCompressor(level: level) }

        /// Adds bytes; where a frame ends does not depend on how they are cut.
        package mutating func add(_ bytes: [UInt8]) throws {
            var rest = bytes[...]
            while frame.count + rest.count > Compression.chunkSize {
                let taken = rest.prefix(Compression.chunkSize - frame.count)
                frame += taken
                try close()
                rest = rest[taken.endIndex...]
            }
            // What did not come as one piece is a large frame: it grows once, and only what is filled takes memory.
            if !frame.isEmpty { frame.reserveCapacity(Compression.chunkSize) }
            frame += rest
        }

        /// All frames; there is one even where there are no bytes.
        package mutating func finish() throws -> [UInt8] {
            if !frame.isEmpty || result.isEmpty { try close() }
            return result
        }

        private mutating func close() throws {
            result += try unsafe compressor.compress(frame.span.bytes)
            frame.removeAll(keepingCapacity: true)
        }
    }

    /// What the frames hold; throws `.damaged` where they are none, hold more than `limit`, or do not say how much.
    package static func expand(_ bytes: [UInt8], limit: ByteCount) throws -> [UInt8] {
        let decompressor = try ZstdCompressor(level: 1)
        var (result, start): ([UInt8], Int) = ([], 0)
        while start < bytes.count {
            let rest = unsafe bytes.span.extracting(start...).bytes
            let (length, size) = try frame(rest)
            guard ByteCount(result.count + size) <= limit, size <= Compression.chunkSize else {
                throw BerthError(.damaged, "a zstd frame promises \(size) bytes, which is too much")
            }
            result += try decompressor.expand(rest.extracting(0..<length), size: size)
            start += length
        }
        return result
    }

    /// Bytes of the first frame, and bytes that it holds.
    private static func frame(_ bytes: RawSpan) throws -> (length: Int, size: Int) {
        try unsafe bytes.withUnsafeBytes { bytes in
            let length = unsafe ZSTD_findFrameCompressedSize(bytes.baseAddress, bytes.count)
            let size = unsafe ZSTD_getFrameContentSize(bytes.baseAddress, bytes.count)
            guard ZSTD_isError(length) == 0, size <= UInt64(Int32.max) else {
                throw BerthError(.damaged, "the bytes are no zstd frame of known size")
            }
            return (length, Int(size))
        }
    }
}
