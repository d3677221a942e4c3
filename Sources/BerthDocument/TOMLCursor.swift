/// A place in a TOML text that is known to be UTF-8, moved byte by byte.
struct TOMLCursor {
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

    /// The byte after so many others.
    func peek(_ distance: Int) -> UInt8? { position + distance < bytes.count ? bytes[position + distance] : nil }

    /// The place of the next byte, its column in Unicode scalars.
    var place: DocumentPlace { DocumentPlace(file: file, line: line, column: column) }

    /// Takes the next byte.
    mutating func advance() {
        guard position < bytes.count else { return }
        if bytes[position] == 0x0A {
            (line, column) = (line + 1, 1)
        } else if peek(1).map({ $0 & 0xC0 != 0x80 }) ?? true {
            // Only a scalar's last byte moves on.
            column += 1
        }
        position += 1
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

    /// A fault at the next byte, or where the caller says.
    func fault(_ message: String, at place: DocumentPlace? = nil) -> DocumentFault {
        DocumentFault(place: place ?? self.place, message: "not TOML: \(message)")
    }

    /// Takes blanks within a line.
    mutating func skipBlanks() { _ = takeWhile { $0 == 0x20 || $0 == 0x09 } }

    /// Takes a comment, if one begins here, and the end of the line or text.
    mutating func endLine() throws(DocumentFault) {
        skipBlanks()
        try skipComment()
        if next == 0x0D, peek(1) == 0x0A { advance() }
        guard next == nil || take(0x0A) else { throw fault("the line goes on where it should end") }
    }

    /// Takes blanks, line ends and comments: all that may stand between the items of an array.
    mutating func skipLines() throws(DocumentFault) {
        while let byte = next {
            if byte == UInt8(ascii: "#") {
                try skipComment()
            } else if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D && peek(1) == 0x0A {
                advance()
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws(DocumentFault) {
        guard next == UInt8(ascii: "#") else { return }
        _ = takeWhile { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
        guard next == nil || next == 0x0A || next == 0x0D && peek(1) == 0x0A else {
            throw fault("a control character in a comment")
        }
    }
}
