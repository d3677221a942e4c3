internal import BerthSystem
internal import CDeflate

/// gzip members (RFC 1952) by libdeflate, with a header that never varies: no time, no name, system 255.
@safe package final class GzipCompressor {
    private let compressor: OpaquePointer
    private let decompressor: OpaquePointer

    /// The library's version, recorded beside digests.
    package static var version: String { LIBDEFLATE_VERSION_STRING }

    package init(level: Int) throws {
        guard let made = unsafe libdeflate_alloc_compressor(Int32(level)),
            let reverse = unsafe libdeflate_alloc_decompressor()
        else { throw BerthError(.failed, "libdeflate has no level \(level), or memory is short") }
        unsafe compressor = made
        unsafe decompressor = reverse
    }

    deinit {
        unsafe libdeflate_free_compressor(compressor)
        unsafe libdeflate_free_decompressor(decompressor)
    }

    /// ID1 ID2 CM=deflate FLG=0 MTIME=0 XFL=0 OS=unknown: zlib would write the machine's own number (images.md §7).
    private static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]

    func compress(_ bytes: RawSpan) throws -> [UInt8] {
        try unsafe bytes.withUnsafeBytes { input in
            let bound = unsafe libdeflate_deflate_compress_bound(compressor, input.count)
            var written = 0
            var member = unsafe [UInt8](unsafeUninitializedCapacity: bound + 18) { output, count in
                for index in 0..<10 { unsafe output[index] = Self.header[index] }
                unsafe written = libdeflate_deflate_compress(
                    compressor, input.baseAddress, input.count, output.baseAddress.map { unsafe $0 + 10 }, bound)
                count = 10 + written
            }
            guard written > 0 else { throw BerthError(.failed, "libdeflate could not compress \(input.count) bytes") }
            var sum = CRC32()
            sum.update(bytes)
            for value in [sum.value, UInt32(truncatingIfNeeded: input.count)] {
                for shift in [0, 8, 16, 24] { member.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
            }
            return member
        }
    }

    /// Checks CRC and size too: libarchive does not (quality.md §0.1).
    func expand(_ bytes: RawSpan, size: Int) throws -> [UInt8] {
        try unsafe bytes.withUnsafeBytes { input in
            var result = LIBDEFLATE_BAD_DATA
            let expanded = unsafe [UInt8](unsafeUninitializedCapacity: max(size, 1)) { output, count in
                unsafe result = libdeflate_gzip_decompress(
                    decompressor, input.baseAddress, input.count, output.baseAddress, size, nil)
                count = result == LIBDEFLATE_SUCCESS ? size : 0
            }
            guard result == LIBDEFLATE_SUCCESS else {
                throw BerthError(.damaged, "a gzip member of \(input.count) bytes is damaged")
            }
            return expanded
        }
    }
}
