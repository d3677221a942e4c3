internal import BerthDocument

/// The words of one line of yarn 1's lockfile.
struct YarnTokens {
    enum Token: Equatable {
        case text(String)
        case comma
        case colon
    }

    private var rest: ArraySlice<UInt8>
    private let start: Int
    private let file: String
    private let line: Int
    private let column: Int

    init(_ bytes: ArraySlice<UInt8>, file: String, line: Int, column: Int) {
        (rest, start) = (bytes, bytes.startIndex)
        (self.file, self.line, self.column) = (file, line, column)
    }

    /// All words up to the end of the line.
    mutating func all() throws(DocumentFault) -> [Token] {
        var tokens: [Token] = []
        while let byte = rest.first {
            switch byte {
            case 0x20: rest.removeFirst()
            case UInt8(ascii: ","):
                rest.removeFirst()
                tokens.append(.comma)
            case UInt8(ascii: ":"):
                rest.removeFirst()
                tokens.append(.colon)
            case UInt8(ascii: "\""): tokens.append(.text(try quoted()))
            default: tokens.append(.text(try plain()))
            }
        }
        return tokens
    }

    /// A text as JSON writes it.
    private mutating func quoted() throws(DocumentFault) -> String {
        var end = rest.startIndex + 1
        while end < rest.endIndex, rest[end] != UInt8(ascii: "\"") { end += rest[end] == UInt8(ascii: "\\") ? 2 : 1 }
        guard end < rest.endIndex else { throw fault("the text that begins here does not end") }
        let bytes = rest[...end]
        defer { rest = rest[(end + 1)...] }
        guard bytes.contains(UInt8(ascii: "\\")) else {
            return String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
        }
        guard let text = try? JSONDocument(Array(bytes), file: file).root.quoted else {
            throw fault("the text has an unknown escape")
        }
        return text
    }

    private mutating func plain() throws(DocumentFault) -> String {
        let word = rest.prefix { !" ,:\"".utf8.contains($0) }
        guard word.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { throw fault("a control character") }
        rest = rest[word.endIndex...]
        return String(decoding: word, as: UTF8.self)
    }

    private func fault(_ message: String) -> DocumentFault {
        DocumentFault(
            place: DocumentPlace(file: file, line: line, column: column + rest.startIndex - start),
            message: "not a yarn.lock: \(message)")
    }
}
