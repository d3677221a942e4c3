/// The fields that a central directory entry and a local header share (APPNOTE 4.3.7 and 4.3.12).
struct ZipHeader: Equatable {
    var flags: UInt16
    var method: UInt16
    var time: UInt16
    var date: UInt16
    var checksum: UInt32
    var compressedSize: Int64
    var size: Int64
    var name: [UInt8]
    /// Whether sizes come as 64-bit numbers in an extra field.
    var wide = false
    /// Only in the central directory.
    var external: UInt32 = 0
    var offset: Int64 = 0

    /// Sizes follow the data (bit 3).
    var hasDescriptor: Bool { flags & 0x08 != 0 }

    static let centralSignature: UInt32 = 0x0201_4B50
    static let localSignature: UInt32 = 0x0403_4B50

    /// Reads the central entry at the cursor.
    static func central(_ cursor: inout ZipCursor) throws(ZipError) -> ZipHeader {
        guard try cursor.number(UInt32.self) == centralSignature else {
            throw ZipError("the central directory holds something that is no entry")
        }
        _ = try cursor.number(UInt32.self)
        var header = try common(&cursor)
        let extraCount = Int(try cursor.number(UInt16.self))
        let commentCount = Int(try cursor.number(UInt16.self))
        guard try cursor.number(UInt16.self) == 0 else { throw ZipError("the zip is spread over several disks") }
        _ = try cursor.number(UInt16.self)
        header.external = try cursor.number(UInt32.self)
        header.offset = Int64(try cursor.number(UInt32.self))
        header.name = try cursor.take(header.name.count)
        try header.apply(extra: cursor.take(extraCount), central: true)
        _ = try cursor.take(commentCount)
        return header
    }

    /// Reads the local header at the cursor's start; `length` is the number of bytes it takes.
    static func local(_ cursor: inout ZipCursor) throws(ZipError) -> ZipHeader {
        guard try cursor.number(UInt32.self) == localSignature else {
            throw ZipError("the central directory points to something that is no entry")
        }
        _ = try cursor.number(UInt16.self)
        var header = try common(&cursor)
        let extraCount = Int(try cursor.number(UInt16.self))
        header.name = try cursor.take(header.name.count)
        try header.apply(extra: cursor.take(extraCount), central: false)
        return header
    }

    /// From the flags to the name's length, which is given as a name of so many zeros.
    private static func common(_ cursor: inout ZipCursor) throws(ZipError) -> ZipHeader {
        ZipHeader(
            flags: try cursor.number(UInt16.self), method: try cursor.number(UInt16.self),
            time: try cursor.number(UInt16.self), date: try cursor.number(UInt16.self),
            checksum: try cursor.number(UInt32.self), compressedSize: Int64(try cursor.number(UInt32.self)),
            size: Int64(try cursor.number(UInt32.self)),
            name: [UInt8](repeating: 0, count: Int(try cursor.number(UInt16.self))))
    }

    /// Takes 64-bit sizes from the extra fields; a second name in them must be the same name.
    private mutating func apply(extra: [UInt8], central: Bool) throws(ZipError) {
        var cursor = ZipCursor(extra)
        while cursor.remaining > 0 {
            let kind = try cursor.number(UInt16.self)
            var field = ZipCursor(try cursor.take(Int(try cursor.number(UInt16.self))))
            switch kind {
            case 0x0001: try widen(&field, central: central)
            case 0x7075:
                _ = try field.take(5)
                guard try field.take(field.remaining) == name else { throw ZipError("\(label) has two names") }
            case 0x9901: throw ZipError("\(label) is encrypted")
            default: break
            }
        }
        let limit = Int64(UInt32.max)
        guard wide || (size < limit && compressedSize < limit && offset < limit) else {
            throw ZipError("\(label) states no size")
        }
    }

    private mutating func widen(_ field: inout ZipCursor, central: Bool) throws(ZipError) {
        guard !wide else { throw ZipError("\(label) states its size twice") }
        wide = true
        func next(_ old: Int64) throws(ZipError) -> Int64 {
            guard old == Int64(UInt32.max) else { return old }
            guard let value = Int64(exactly: try field.number(UInt64.self)) else {
                throw ZipError("\(label) is too large")
            }
            return value
        }
        size = try next(size)
        compressedSize = try next(compressedSize)
        if central { offset = try next(offset) }
    }

    /// The name for messages.
    var label: String { String(decoding: name.prefix(200), as: UTF8.self).debugDescription }
}
