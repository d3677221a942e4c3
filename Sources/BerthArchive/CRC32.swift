internal import CDeflate

/// The checksum of gzip (RFC 1952 §8), by instructions that take many bytes at once where the machine has them.
///
/// It tells damage, not forgery: for bytes that nobody else could have written.
package struct CRC32: Sendable, Equatable {
    package private(set) var value: UInt32 = 0

    package init() {}

    /// Adds bytes behind those before.
    package mutating func update(_ bytes: RawSpan) {
        value = unsafe bytes.withUnsafeBytes { unsafe libdeflate_crc32(value, $0.baseAddress, $0.count) }
    }
}
