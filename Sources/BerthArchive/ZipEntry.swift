/// One entry of a zip's central directory, checked against its local header.
package struct ZipEntry: Sendable, Equatable {
    /// How the bytes are stored; the two methods that a wheel may use.
    package enum Method: UInt16, Sendable {
        case stored = 0
        case deflated = 8
    }

    package let path: ArchivePath
    package let isDirectory: Bool
    package let method: Method
    package let compressedSize: Int64
    package let size: Int64
    package let checksum: UInt32
    /// Permission bits of the Unix mode; 0 where the maker had none.
    package let mode: UInt16
    /// Seconds since 1970, the zip's local time read as UTC: zips name no zone.
    package let modified: Int64
}

/// A zip that may be read in two ways, or that lies about itself.
package struct ZipError: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

/// Little-endian numbers in bytes, with an end that is an error and not a crash.
struct ZipCursor {
    let bytes: [UInt8]
    var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var remaining: Int { bytes.count - position }

    mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws(ZipError) -> Number {
        let width = Number.bitWidth / 8
        guard remaining >= width else { throw ZipError("a header ends too early") }
        defer { position += width }
        return bytes[position..<position + width].reversed().reduce(0) { $0 << 8 | Number($1) }
    }

    mutating func take(_ count: Int) throws(ZipError) -> [UInt8] {
        guard count >= 0, remaining >= count else { throw ZipError("a header ends too early") }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }
}
