/// An `.npmrc`: lines `key = value`, with `${VARIABLE}` in both; sections do not count.
struct NpmrcFile {
    private(set) var values: [(key: String, value: String)] = []
    /// Variables that are named and not set.
    private(set) var unset: Set<String> = []

    init(_ text: String, variables: [String: String]) {
        for raw in text.split(whereSeparator: \.isNewline) {
            let line = Self.trimmed(raw)
            guard let first = line.first, first != ";", first != "#" else { continue }
            // What follows a section's head belongs to the section, and npm has none.
            if first == "[" { return }
            let mark = line.firstIndex(of: "=")
            let key = expanded(Self.plain(Self.trimmed(line[..<(mark ?? line.endIndex)])), variables)
            let value = mark.map { Self.trimmed(line[line.index(after: $0)...]) } ?? "true"
            values.append((key, expanded(Self.plain(value), variables)))
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    /// Quotes taken off, or a comment behind the value (npm's `ini`).
    private static func plain(_ text: Substring) -> String {
        for quote in ["\"", "'"] where text.count >= 2 && text.hasPrefix(quote) && text.hasSuffix(quote) {
            return String(text.dropFirst().dropLast().replacing("\\\(quote)", with: quote))
        }
        var result = ""
        var isEscaped = false
        for letter in text {
            if isEscaped {
                result += "\\;#".contains(letter) ? String(letter) : "\\\(letter)"
                isEscaped = false
            } else if letter == "\\" {
                isEscaped = true
            } else if letter == ";" || letter == "#" {
                break
            } else {
                result.append(letter)
            }
        }
        return String(trimmed((result + (isEscaped ? "\\" : ""))[...]))
    }

    /// `${NAME}` becomes the variable's value; `${NAME?}` nothing where it is not set.
    private mutating func expanded(_ text: String, _ variables: [String: String]) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
            result += rest[..<start.lowerBound]
            let named = rest[start.upperBound..<end]
            let name = named.hasSuffix("?") ? named.dropLast() : named
            if let value = variables[String(name)] {
                result += value
            } else if !named.hasSuffix("?") {
                unset.insert(String(name))
                result += rest[start.lowerBound...end]
            }
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
