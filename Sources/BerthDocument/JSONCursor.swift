/// A place in a JSON text that is known to be UTF-8, moved byte by byte.
struct JSONCursor {
    let file: String
    private let bytes: [UInt8]
    private(set) var position = 0
    private var line = 1
    private var column = 1

    init(_ bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
    }

    /// The next byte; nil at the end.
    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// The place of the next byte, its column in Unicode scalars.
    var place: DocumentPlace { DocumentPlace(file: file, line: line, column: column) }

    /// Takes the next byte.
    mutating func advance() {
        guard position < bytes.count else { return }
        let byte = bytes[position]
        position += 1
        if byte == 0x0A {
            (line, column) = (line + 1, 1)
        } else if position == bytes.count || bytes[position] & 0xC0 != 0x80 {
            // Only a scalar's last byte moves on.
            column += 1
        }
    }

    /// Takes the byte when it is the next one.
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        advance()
        return true
    }

    /// Takes bytes as long as they fit.
    mutating func takeWhile(_ fits: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = position
        while let byte = next, fits(byte) { advance() }
        return bytes[start..<position]
    }

    /// Takes the white space that may stand between any two parts (RFC 8259 §2).
    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { advance() }
    }

    /// A fault at the next byte, or where the caller says.
    func fault(_ message: String, at place: DocumentPlace? = nil) -> DocumentFault {
        DocumentFault(place: place ?? self.place, message: "not JSON: \(message)")
    }
}

extension JSONCursor {
    /// Reads the string that begins here.
    mutating func string() throws(DocumentFault) -> String {
        let start = place
        guard take(UInt8(ascii: "\"")) else { throw fault("a string is expected") }
        var text: [UInt8] = []
        while true {
            text += takeWhile { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && $0 >= 0x20 }
            guard let byte = next else { throw fault("the string that begins here does not end", at: start) }
            guard byte >= 0x20 else { throw fault("a control character in a string") }
            if take(UInt8(ascii: "\"")) { return String(decoding: text, as: UTF8.self) }
            text += try escape()
        }
    }

    private mutating func escape() throws(DocumentFault) -> [UInt8] {
        let start = place
        advance()
        let simple: [UInt8: UInt8] = [
            0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09,
        ]
        if let letter = next, let meaning = simple[letter] {
            advance()
            return [meaning]
        }
        guard take(UInt8(ascii: "u")) else { throw fault("an unknown escape", at: start) }
        var value = try codeUnit(start)
        if (0xD800..<0xDC00).contains(value) {
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), case let low = try codeUnit(start),
                (0xDC00..<0xE000).contains(low)
            else { throw fault("half of a character", at: start) }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw fault("half of a character", at: start) }
        return Array(String(scalar).utf8)
    }

    private mutating func codeUnit(_ start: DocumentPlace) throws(DocumentFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fault("an escape that names no character", at: start)
            }
            value = value << 4 | UInt32(digit)
            advance()
        }
        return value
    }
}
