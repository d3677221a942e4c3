/// The checks that hold for every file a person writes, whatever its format.
package enum StrictText {
    /// The text of a file, or the fault that its bytes show: too large, byte order mark, not UTF-8.
    package static func decode(_ bytes: [UInt8], file: String, limit: Int) throws(DocumentFaults) -> String {
        guard bytes.count <= limit else {
            throw fault("the file has \(bytes.count) bytes, more than the \(limit) allowed", file, 1, 1)
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) || bytes.starts(with: [0xFF, 0xFE])
            || bytes.starts(with: [0xFE, 0xFF])
        {
            throw fault("the file starts with a byte order mark; save it as UTF-8 without one", file, 1, 1)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let good = validPrefix(bytes)
            let place = position(after: good)
            throw fault("not UTF-8 here; save the file as UTF-8", file, place.line, place.column)
        }
        return text
    }

    /// Line and column of what follows the given bytes.
    static func position(after bytes: some Collection<UInt8>) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        for byte in bytes {
            if byte == 0x0A {
                (line, column) = (line + 1, 1)
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }

    /// The longest prefix that is valid, by halving: validity of a prefix cut at a scalar's start never returns.
    private static func validPrefix(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        var low = 0
        var high = bytes.count
        while high - low > 4 {
            var middle = (low + high) / 2
            while middle > low, bytes[middle] & 0xC0 == 0x80 { middle -= 1 }
            if middle == low { break }
            if String(validating: bytes[low..<middle], as: UTF8.self) != nil { low = middle } else { high = middle }
        }
        let longest = (low...high).last { String(validating: bytes[low..<$0], as: UTF8.self) != nil } ?? low
        return bytes[..<longest]
    }

    private static func fault(_ message: String, _ file: String, _ line: Int, _ column: Int) -> DocumentFaults {
        DocumentFaults([DocumentFault(place: DocumentPlace(file: file, line: line, column: column), message: message)])
    }
}
