/// A bound on what aliases make of a YAML text, found before it is parsed.
///
/// Yams copies an anchor's value for each alias and hashes what stands as a key: nine lines of nested aliases as a key
/// keep it busy for years. An anchor's value ends before its first alias, so what lies between the two bounds it.
enum AliasGrowth {
    /// More values than any file means to have.
    private static let limit = 1_000_000
    static let message = "aliases make this file grow out of bounds; write the values out"

    static func check(_ text: String, file: String) throws(DocumentFaults) {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return }
        var anchors: [Substring: Anchor] = [:]
        var total = 0
        for token in tokens(text) {
            total += 1
            guard token.isAlias else {
                // Under a name given twice the first value may still be meant: its size is never settled.
                anchors[token.name, default: Anchor(start: total)].definitions += 1
                continue
            }
            guard var anchor = anchors[token.name] else { continue }
            if anchor.size == nil || anchor.definitions > 1 { anchor.size = total - anchor.start }
            anchors[token.name] = anchor
            total += anchor.size ?? 0
            guard total <= limit else {
                let place = StrictText.position(after: text.utf8[..<token.name.startIndex])
                throw DocumentFaults([
                    DocumentFault(
                        place: DocumentPlace(file: file, line: place.line, column: place.column - 1), message: message)
                ])
            }
        }
    }

    private struct Anchor {
        /// How much had been counted where it was first defined.
        let start: Int
        var definitions = 0
        /// Settled by the first alias.
        var size: Int?
    }

    private struct Token {
        let isAlias: Bool
        let name: Substring
    }

    /// What stands where a value may begin and looks like an anchor or an alias, also in comments and scripts: too many
    /// only make the bound larger.
    private static func tokens(_ text: String) -> [Token] {
        var found: [Token] = []
        let bytes = text.utf8
        // The last byte before the blanks, and the first one of its word: after `!tag` and `&x` a value begins too.
        var last = UInt8(ascii: "\n")
        var first = last
        var before = last
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            let next = bytes.index(after: index)
            if byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*"), begins(after: last, in: first) {
                let name = text[next..<(bytes[next...].firstIndex { !isName($0) } ?? bytes.endIndex)]
                if !name.isEmpty { found.append(Token(isAlias: byte == UInt8(ascii: "*"), name: name)) }
            }
            if byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t") {
                if " \t\n".utf8.contains(before) { first = byte }
                last = byte
            }
            before = byte
            index = next
        }
        return found
    }

    private static func begins(after last: UInt8, in first: UInt8) -> Bool {
        "\n\r-:?[{,".utf8.contains(last) || first == UInt8(ascii: "!") || first == UInt8(ascii: "&")
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
