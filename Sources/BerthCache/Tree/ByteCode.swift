/// Python's compiled files: their header holds the time of the source (PEP 552), which each installation sets anew.
enum ByteCode {
    private static let suffix = Array(".pyc".utf8)
    /// Magic, flags, time, size of the source: 4 bytes each.
    static let header = 16

    /// Takes the time out of a file's first bytes and leaves zeros; nil where there is none to take.
    static func takeStamp(_ bytes: inout [UInt8], named name: some Collection<UInt8>, _ offset: Int64) -> UInt32? {
        guard offset == 0, bytes.count >= header, name.count > suffix.count, name.suffix(4).elementsEqual(suffix),
            // Every magic number ends so; flags other than 0 mean that there is a hash and no time.
            bytes[2] == 0x0D, bytes[3] == 0x0A, bytes[4..<8].allSatisfy({ $0 == 0 })
        else { return nil }
        let stamp = (8..<12).reduce(UInt32(0)) { $0 | UInt32(bytes[$1]) << (8 * UInt32($1 - 8)) }
        bytes.replaceSubrange(8..<12, with: [0, 0, 0, 0])
        return stamp
    }

    /// Puts the time back.
    static func putStamp(_ stamp: UInt32, into bytes: inout [UInt8]) {
        for index in 8..<12 { bytes[index] = UInt8(truncatingIfNeeded: stamp >> (8 * UInt32(index - 8))) }
    }
}
