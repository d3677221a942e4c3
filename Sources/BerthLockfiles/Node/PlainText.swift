internal import BerthArchive

/// Texts of a lockfile as keys and explanations may hold them.
enum PlainText {
    /// The text in one line, with control characters and backslashes written out so that no two texts become one;
    /// addresses in it without credentials, and with a hash in place of a query.
    static func line(_ text: String) -> String {
        var care = false
        var last: UInt8 = 0
        var hasAddress = false
        for unit in text.utf8 {
            if unit < 0x20 || unit == 0x7F || unit == 0x5C { care = true }
            if unit == 0x2F, last == 0x2F { hasAddress = true }
            last = unit
        }
        let clean = hasAddress ? withoutSecrets(text, query: .hashed) : text
        return care ? clean.unicodeScalars.map(written).joined() : clean
    }

    private static func written(_ scalar: Unicode.Scalar) -> String {
        if scalar == "\\" { return "\\\\" }
        guard scalar.value < 0x20 || scalar.value == 0x7F else { return String(scalar) }
        return "\\u{\(String(scalar.value, radix: 16))}"
    }

    /// What becomes of an address' query, which may hold a token.
    enum Query {
        case dropped
        /// Twelve hex digits of its SHA-256 stand for it.
        case hashed
    }

    /// The text with each `scheme://user:password@host…?query` in it as `scheme://host…`.
    static func withoutSecrets(_ text: String, query: Query) -> String {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let mark = addressMark(rest) {
            result += rest[rest.startIndex..<mark]
            rest = rest[mark...]
            let authority = rest.prefix { !isEnd($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
            result += authority.lastIndex(of: UInt8(ascii: "@")).map { authority[($0 + 1)...] } ?? authority
            rest = rest[authority.endIndex...]
            let path = rest.prefix { !isEnd($0) && $0 != UInt8(ascii: "?") }
            result += path
            rest = rest[path.endIndex...]
            guard rest.first == UInt8(ascii: "?") else { continue }
            let parameters = rest.prefix { !isEnd($0) }
            if query == .hashed {
                result += [UInt8(ascii: "?")] + Array(Digest.of(Array(parameters)).hex.utf8.prefix(12))
            }
            rest = rest[parameters.endIndex...]
        }
        return String(decoding: result + rest, as: UTF8.self)
    }

    /// Where the authority of the first address begins: behind `://`.
    private static func addressMark(_ bytes: ArraySlice<UInt8>) -> Int? {
        bytes.indices.dropLast(2).first { index in
            bytes[index] == UInt8(ascii: ":") && bytes[index + 1] == 0x2F && bytes[index + 2] == 0x2F
        }
        .map { $0 + 3 }
    }

    /// What ends an address inside of a longer text: a fragment, or what names of places put around it.
    private static func isEnd(_ byte: UInt8) -> Bool {
        byte <= 0x20 || "#(),\"'".utf8.contains(byte)
    }
}
