internal import BerthSystem
internal import CZstd

/// zstd frames (RFC 8878) by libzstd, each with its content size and checksum.
@safe package final class ZstdCompressor {
    private let compressor: OpaquePointer
    private let decompressor: OpaquePointer

    /// The library's version, recorded beside digests.
    package static var version: String { unsafe String(cString: ZSTD_versionString()) }

    package init(level: Int) throws {
        guard let made = unsafe ZSTD_createCCtx(), let reverse = unsafe ZSTD_createDCtx() else {
            throw BerthError(.failed, "no memory for a zstd compressor")
        }
        unsafe compressor = made
        unsafe decompressor = reverse
        try Self.check(unsafe ZSTD_CCtx_setParameter(made, ZSTD_c_compressionLevel, Int32(level)))
        try Self.check(unsafe ZSTD_CCtx_setParameter(made, ZSTD_c_checksumFlag, 1))
    }

    deinit {
        unsafe ZSTD_freeCCtx(compressor)
        unsafe ZSTD_freeDCtx(decompressor)
    }

    func compress(_ bytes: RawSpan) throws -> [UInt8] {
        try unsafe bytes.withUnsafeBytes { input in
            let bound = ZSTD_compressBound(input.count)
            var result = 0
            let frame = unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, count in
                unsafe result = ZSTD_compress2(compressor, output.baseAddress, bound, input.baseAddress, input.count)
                count = ZSTD_isError(result) == 0 ? result : 0
            }
            try Self.check(result)
            return frame
        }
    }

    func expand(_ bytes: RawSpan, size: Int) throws -> [UInt8] {
        try unsafe bytes.withUnsafeBytes { input in
            var result = 0
            let expanded = unsafe [UInt8](unsafeUninitializedCapacity: max(size, 1)) { output, count in
                unsafe result = ZSTD_decompressDCtx(
                    decompressor, output.baseAddress, size, input.baseAddress, input.count)
                count = ZSTD_isError(result) == 0 ? result : 0
            }
            try Self.check(result)
            guard expanded.count == size else {
                throw BerthError(.damaged, "a zstd frame holds \(expanded.count) bytes and not \(size)")
            }
            return expanded
        }
    }

    /// Expands the frame that lies in a range into the beginning of a buffer, which is made large enough.
    package func expand(
        _ bytes: [UInt8], _ range: Range<Int>, size: Int, into buffer: inout [UInt8]
    ) throws {
        if buffer.count < size { buffer = [UInt8](repeating: 0, count: size) }
        let result = unsafe buffer.withUnsafeMutableBytes { output in
            unsafe bytes.withUnsafeBytes { input in
                let frame = unsafe UnsafeRawBufferPointer(rebasing: input[range])
                return unsafe ZSTD_decompressDCtx(
                    decompressor, output.baseAddress, size, frame.baseAddress, frame.count)
            }
        }
        try Self.check(result)
        guard result == size else {
            throw BerthError(.damaged, "a zstd frame holds \(result) bytes and not \(size)")
        }
    }

    private static func check(_ result: Int) throws {
        guard ZSTD_isError(result) != 0 else { return }
        throw BerthError(.damaged, "zstd: \(unsafe String(cString: ZSTD_getErrorName(result)))")
    }
}
