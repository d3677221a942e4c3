/// Where each entry's bytes lie: one after another, with nothing before, between or after them.
struct ZipLayout {
    let file: ZipFile
    let end: ZipEnd

    func check(_ headers: [ZipHeader]) throws {
        var position: Int64 = 0
        for header in headers.sorted(by: { $0.offset < $1.offset }) {
            guard header.offset == position else {
                throw ZipError("bytes that belong to no entry, or to two, stand before \(header.label)")
            }
            position = try finish(header, local(header, at: position))
        }
        guard position == end.directoryOffset else {
            throw ZipError("bytes that belong to no entry follow the last one")
        }
    }

    /// Compares the local header; returns where the data begin.
    private func local(_ header: ZipHeader, at position: Int64) throws -> (header: ZipHeader, data: Int64) {
        let start = try file.read(at: position, count: 30)
        let length = 30 + Int(start[26]) + Int(start[27]) << 8 + Int(start[28]) + Int(start[29]) << 8
        var cursor = ZipCursor(try file.read(at: position, count: length))
        let local = try ZipHeader.local(&cursor)
        guard local.name == header.name, local.method == header.method, local.flags == header.flags else {
            throw ZipError("\(header.label) is described in two ways")
        }
        let same =
            local.checksum == header.checksum && local.size == header.size
            && local.compressedSize == header.compressedSize
        let absent = local.checksum == 0 && local.size == 0 && local.compressedSize == 0
        guard same || header.hasDescriptor && absent else { throw ZipError("\(header.label) is described in two ways") }
        return (local, position + Int64(length))
    }

    /// The position after the data and what follows them.
    private func finish(_ header: ZipHeader, _ local: (header: ZipHeader, data: Int64)) throws -> Int64 {
        let (after, overflow) = local.data.addingReportingOverflow(header.compressedSize)
        guard !overflow, after <= end.directoryOffset else {
            throw ZipError("\(header.label) reaches into the directory")
        }
        guard header.hasDescriptor else { return after }
        let next = min(24, Int(end.directoryOffset - after))
        let bytes = try file.read(at: after, count: next)
        for signed in [true, false] {
            for wide in local.header.wide || header.wide ? [true] : [false, true] {
                var cursor = ZipCursor(bytes)
                if let taken = try? descriptor(&cursor, header, signed: signed, wide: wide) {
                    return after + Int64(taken)
                }
            }
        }
        throw ZipError("the sizes after \(header.label) are not those of the directory")
    }

    /// Bytes that the descriptor takes when it reads so and says the same as the directory.
    private func descriptor(
        _ cursor: inout ZipCursor, _ header: ZipHeader, signed: Bool, wide: Bool
    ) throws(ZipError) -> Int? {
        if signed, try cursor.number(UInt32.self) != 0x0807_4B50 { return nil }
        guard try cursor.number(UInt32.self) == header.checksum else { return nil }
        let sizes =
            wide
            ? (try cursor.number(UInt64.self), try cursor.number(UInt64.self))
            : (UInt64(try cursor.number(UInt32.self)), UInt64(try cursor.number(UInt32.self)))
        guard sizes == (UInt64(header.compressedSize), UInt64(header.size)) else { return nil }
        return cursor.position
    }
}
