@testable import BerthArchive

/// Writes zips byte by byte, so that a test can break any part of one.
struct ZipBuilder {
    /// One entry; local fields follow the central ones unless a test sets them apart.
    struct Entry {
        var name: [UInt8]
        var bytes: [UInt8]
        var method: UInt16 = 0
        var flags: UInt16 = 0x0800
        var external: UInt32 = 0o100644 << 16
        var checksum: UInt32
        var size: UInt32
        /// What stands in the file; the contents themselves when stored.
        var stored: [UInt8]
        var extra: [UInt8] = []
        var localName: [UInt8]?
        var localChecksum: UInt32?
        var localSize: UInt32?
        var localMethod: UInt16?
        var descriptor: [UInt8] = []
        var gap: [UInt8] = []

        init(_ name: String, _ text: String) { self.init(Array(name.utf8), Array(text.utf8)) }

        init(_ name: [UInt8], _ bytes: [UInt8]) {
            (self.name, self.bytes, stored) = (name, bytes, bytes)
            checksum = ZipBuilder.checksum(bytes)
            size = UInt32(bytes.count)
        }

        /// The same contents deflated.
        func deflated() throws -> Entry {
            var result = self
            let gzip = try GzipCompressor(level: 6).compress(bytes.span.bytes)
            result.method = 8
            // A gzip member without its header and trailer is a deflate stream.
            result.stored = Array(gzip[10..<gzip.count - 8])
            return result
        }
    }

    var entries: [Entry]
    var prefix: [UInt8] = []
    var suffix: [UInt8] = []
    var announced: UInt16?
    var comment: [UInt8] = []
    /// Entries written to the file but not to the directory.
    var hidden: [Entry] = []

    init(_ entries: [Entry]) { self.entries = entries }

    /// The zip's bytes; offsets count from the prefix's end, as a file with something put before it has them.
    var bytes: [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            directory += Self.central(entry, offset: UInt32(file.count + entry.gap.count))
            file += entry.gap + Self.local(entry)
        }
        for entry in hidden { file += Self.local(entry) }
        let count = announced ?? UInt16(entries.count)
        let end: [UInt8] =
            Self.little(0x0605_4B50 as UInt32) + [0, 0, 0, 0] + Self.little(count) + Self.little(count)
            + Self.little(UInt32(directory.count)) + Self.little(UInt32(file.count))
            + Self.little(UInt16(comment.count))
            + comment
        return prefix + file + directory + end + suffix
    }

    private static func local(_ entry: Entry) -> [UInt8] {
        let name = entry.localName ?? entry.name
        return little(0x0403_4B50 as UInt32) + little(20 as UInt16) + little(entry.flags)
            + little(entry.localMethod ?? entry.method) + [0, 0, 0x21, 0x5A]
            + little(entry.localChecksum ?? entry.checksum)
            + little(UInt32(entry.localSize ?? UInt32(entry.stored.count)))
            + little(entry.localSize ?? entry.size) + little(UInt16(name.count)) + little(UInt16(entry.extra.count))
            + name
            + entry.extra + entry.stored + entry.descriptor
    }

    private static func central(_ entry: Entry, offset: UInt32) -> [UInt8] {
        little(0x0201_4B50 as UInt32) + [20, 3, 20, 0] + little(entry.flags) + little(entry.method) + [
            0, 0, 0x21, 0x5A,
        ]
            + little(entry.checksum) + little(UInt32(entry.stored.count)) + little(entry.size)
            + little(UInt16(entry.name.count)) + little(UInt16(entry.extra.count)) + [0, 0, 0, 0, 0, 0]
            + little(entry.external) + little(offset) + entry.name + entry.extra
    }

    static func little(_ number: some FixedWidthInteger) -> [UInt8] {
        (0..<type(of: number).bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    /// CRC-32 as zip has it, bit by bit.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 {
                let odd = sum & 1 == 1
                sum >>= 1
                if odd { sum ^= 0xEDB8_8320 }
            }
        }
        return ~sum
    }
}
