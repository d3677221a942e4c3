internal import Yams

/// Repeated keys in block mappings, found again in the text: Yams names only the first of them.
enum DuplicateKeys {
    /// A private-use character that marks a key as a repetition.
    static let sign: Character = "\u{E0BE}"

    /// The text with the second key of that name marked; nil when it cannot be told where it stands (flow mappings).
    static func mark(_ name: String, first: Mark, in text: String) -> String? {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        let indentation = first.column - 1
        for index in lines.indices.dropFirst(first.line) {
            let line = lines[index]
            let leading = line.prefix { $0 == " " }.count
            guard leading < line.count, line.dropFirst(leading).first != "#" else { continue }
            if leading < indentation { return nil }
            guard leading == indentation, let end = keyEnd(name, in: line.dropFirst(leading)) else { continue }
            lines[index].insert(sign, at: end)
            return lines.joined(separator: "\n")
        }
        return nil
    }

    /// Where the key's text ends (before a closing quote) when the line is `name:` or `"name":`.
    private static func keyEnd(_ name: String, in line: Substring) -> String.Index? {
        for quote in ["", "\"", "'"] where line.hasPrefix(quote + name + quote) {
            let rest = line.dropFirst(name.count + 2 * quote.count).drop { $0 == " " }
            if rest.first == ":" { return line.index(line.startIndex, offsetBy: quote.count + name.count) }
        }
        return nil
    }
}
