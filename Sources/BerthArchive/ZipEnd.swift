/// The record at a zip's end that says where the directory lies (APPNOTE 4.3.14 to 4.3.16).
struct ZipEnd {
    let entries: Int
    let directoryOffset: Int64
    let directorySize: Int64

    private static let signature: UInt32 = 0x0605_4B50
    private static let locatorSignature: UInt32 = 0x0706_4B50
    private static let wideSignature: UInt32 = 0x0606_4B50

    /// Finds the one record that ends with the file.
    static func find(in file: ZipFile) throws -> ZipEnd {
        let count = Int(min(file.size, 22 + 65_535))
        guard count >= 22 else { throw ZipError("it is no zip: \(file.size) bytes") }
        let tail = try file.read(at: file.size - Int64(count), count: count)
        let mark: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
        let starts = (0...count - 22).filter { tail[$0] == 0x50 && Array(tail[$0..<$0 + 4]) == mark }
        guard let start = starts.last else { throw ZipError("it is no zip, or its end is missing") }
        // In a comment or in the last entries' data, a second end is a second directory for other readers.
        let others = starts.dropLast().filter { isPlausible(tail, at: $0) }
        guard others.isEmpty else { throw ZipError("it has two ends") }
        var cursor = ZipCursor(Array(tail[start...]))
        return try parse(&cursor, at: file.size - Int64(count - start), in: file)
    }

    /// Whether a reader that looks for the first end would take this one.
    private static func isPlausible(_ tail: [UInt8], at start: Int) -> Bool {
        start + 22 + Int(tail[start + 20]) + Int(tail[start + 21]) << 8 <= tail.count && tail[start + 4] == 0
            && tail[start + 5] == 0
    }

    private static func parse(_ cursor: inout ZipCursor, at position: Int64, in file: ZipFile) throws -> ZipEnd {
        _ = try cursor.number(UInt32.self)
        let disks = (try cursor.number(UInt16.self), try cursor.number(UInt16.self))
        let here = Int(try cursor.number(UInt16.self))
        let entries = Int(try cursor.number(UInt16.self))
        let size = Int64(try cursor.number(UInt32.self))
        let offset = Int64(try cursor.number(UInt32.self))
        let comment = Int(try cursor.number(UInt16.self))
        guard disks == (0, 0), here == entries else { throw ZipError("the zip is spread over several disks") }
        guard comment == cursor.remaining else { throw ZipError("bytes follow after its end") }
        if let wide = try wide(before: position, in: file) {
            try wide.agrees(entries: entries, offset: offset, size: size)
            return wide
        }
        guard entries != 0xFFFF, offset != Int64(UInt32.max), size != Int64(UInt32.max) else {
            throw ZipError("its 64-bit end is missing")
        }
        guard offset + size == position else {
            throw ZipError("bytes stand before it or between its directory and its end")
        }
        return ZipEnd(entries: entries, directoryOffset: offset, directorySize: size)
    }

    /// The 64-bit record, when a locator stands right before the end.
    private static func wide(before position: Int64, in file: ZipFile) throws -> ZipEnd? {
        guard position >= 20 + 56 else { return nil }
        var locator = ZipCursor(try file.read(at: position - 20, count: 20))
        guard try locator.number(UInt32.self) == locatorSignature else { return nil }
        _ = try locator.number(UInt32.self)
        let start = try locator.number(UInt64.self)
        guard start == UInt64(position - 20 - 56) else { throw ZipError("its 64-bit end stands elsewhere") }
        var cursor = ZipCursor(try file.read(at: position - 76, count: 56))
        guard try cursor.number(UInt32.self) == wideSignature, try cursor.number(UInt64.self) == 44 else {
            throw ZipError("its 64-bit end is broken")
        }
        _ = try cursor.take(12)
        let here = try cursor.number(UInt64.self)
        let entries = try cursor.number(UInt64.self)
        guard here == entries, let count = Int(exactly: entries),
            let size = Int64(exactly: try cursor.number(UInt64.self)),
            let offset = Int64(exactly: try cursor.number(UInt64.self)),
            offset.addingReportingOverflow(size) == (position - 76, false)
        else { throw ZipError("its 64-bit end is broken") }
        return ZipEnd(entries: count, directoryOffset: offset, directorySize: size)
    }

    /// The short record holds the same numbers, or says that they don't fit.
    private func agrees(entries: Int, offset: Int64, size: Int64) throws(ZipError) {
        let limit = Int64(UInt32.max)
        guard entries == 0xFFFF || entries == self.entries, offset == limit || offset == directoryOffset,
            size == limit || size == directorySize
        else { throw ZipError("its two ends disagree") }
    }
}
