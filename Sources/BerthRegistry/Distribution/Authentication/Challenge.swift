/// What a registry asks for with a 401 (RFC 9110 §11.6.1): a scheme and its parameters.
struct Challenge: Sendable, Equatable {
    /// In lower case: `basic`, `bearer`.
    let scheme: String
    /// By names in lower case.
    let parameters: [String: String]

    /// All challenges of the header's lines; what can't be read is passed over.
    static func parse(_ lines: [String]) -> [Challenge] { lines.flatMap { parse($0) } }

    private static func parse(_ line: String) -> [Challenge] {
        var found: [Challenge] = []
        var reader = HeaderReader(line)
        var scheme: String?
        var parameters: [String: String] = [:]
        func close() { if let scheme { found.append(Challenge(scheme: scheme, parameters: parameters)) } }
        while let word = reader.token() {
            if reader.skip("=") {
                parameters[word.lowercased()] = reader.quoted() ?? reader.token() ?? ""
            } else {
                close()
                (scheme, parameters) = (word.lowercased(), [:])
            }
        }
        close()
        return found
    }
}

/// Reads the words of a header's value.
private struct HeaderReader {
    private var rest: Substring

    init(_ text: String) { rest = text.prefix(8192) }

    /// The next word, past blanks and commas; nil at the end, and at what is no word.
    mutating func token() -> String? {
        rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
        let word = rest.prefix { $0.isLetter || $0.isNumber || "!#$%&'*+-.^_`|~:/".contains($0) }
        guard !word.isEmpty else { return nil }
        rest = rest.dropFirst(word.count)
        return String(word)
    }

    /// Passes one sign; false when another stands there.
    mutating func skip(_ sign: Character) -> Bool {
        let next = rest.drop { $0 == " " || $0 == "\t" }
        guard next.first == sign else { return false }
        rest = next.dropFirst()
        return true
    }

    /// A text between quotes, its escapes undone; nil when there are none.
    mutating func quoted() -> String? {
        let start = rest.drop { $0 == " " || $0 == "\t" }
        guard start.first == "\"" else { return nil }
        var text = ""
        var isEscaped = false
        rest = start.dropFirst()
        while let sign = rest.popFirst() {
            if isEscaped {
                text.append(sign)
                isEscaped = false
            } else if sign == "\\" {
                isEscaped = true
            } else if sign == "\"" {
                break
            } else {
                text.append(sign)
            }
        }
        return text
    }
}
