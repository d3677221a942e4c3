/// A version in PEP 440's normal form, for telling whether two spellings mean the same.
package struct PythonVersion: Sendable, Hashable {
    /// The normal form without trailing zeros of the release: `1.0.0` and `1` are one version.
    private let canonical: String
    /// As written.
    package let text: String

    /// Nil when the text is not a version.
    package init?(_ text: some StringProtocol) {
        var parser = VersionParser(text.lowercased())
        guard let canonical = parser.version() else { return nil }
        self.canonical = canonical
        self.text = String(text)
    }

    package static func == (left: PythonVersion, right: PythonVersion) -> Bool { left.canonical == right.canonical }

    package func hash(into hasher: inout Hasher) { hasher.combine(canonical) }
}

extension PythonVersion: CustomStringConvertible {
    /// As written.
    package var description: String { text }
}

/// Reads PEP 440's grammar: `[v][N!]N(.N)*[pre][post][.dev][+local]`, with its many spellings.
private struct VersionParser {
    private var rest: Substring

    init(_ text: String) {
        rest = Substring(text)
        if rest.first == "v" { rest.removeFirst() }
    }

    mutating func version() -> String? {
        guard var first = digits() else { return nil }
        var epoch = "0"
        if rest.first == "!" {
            rest.removeFirst()
            guard let release = digits() else { return nil }
            (epoch, first) = (first, release)
        }
        var release = [first]
        while let next = part(after: ".") { release.append(next) }
        while release.count > 1, release.last == "0" { release.removeLast() }
        var result = epoch + "!" + release.joined(separator: ".")
        result += suffix([
            "alpha": "a", "beta": "b", "preview": "rc", "pre": "rc", "rc": "rc", "a": "a", "b": "b", "c": "rc",
        ])
        result += implicitPost() ?? suffix(["post": ".post", "rev": ".post", "r": ".post"])
        result += suffix(["dev": ".dev"])
        if rest.first == "+" {
            let local = rest.dropFirst().split(omittingEmptySubsequences: false) { ".-_".contains($0) }
            guard local.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && ($0.isNumber || $0.isLetter) } })
            else {
                return nil
            }
            return result + "+" + local.map { Int($0).map(String.init) ?? String($0) }.joined(separator: ".")
        }
        return rest.isEmpty ? result : nil
    }

    private mutating func digits() -> String? {
        let found = rest.prefix { $0.isASCII && $0.isNumber }
        guard !found.isEmpty else { return nil }
        rest.removeFirst(found.count)
        let trimmed = found.drop { $0 == "0" }
        return trimmed.isEmpty ? "0" : String(trimmed)
    }

    private mutating func part(after separator: Character) -> String? {
        let saved = rest
        guard rest.first == separator else { return nil }
        rest.removeFirst()
        if let number = digits() { return number }
        rest = saved
        return nil
    }

    /// `-1` alone is a post release.
    private mutating func implicitPost() -> String? { part(after: "-").map { ".post" + $0 } }

    private mutating func suffix(_ spellings: [String: String]) -> String {
        let saved = rest
        if let first = rest.first, ".-_".contains(first) { rest.removeFirst() }
        for (spelling, normal) in spellings.sorted(by: { $0.key.count > $1.key.count }) where rest.hasPrefix(spelling) {
            rest.removeFirst(spelling.count)
            let after = rest
            if let next = rest.first, ".-_".contains(next) { rest.removeFirst() }
            if let number = digits() { return normal + number }
            rest = after
            return normal + "0"
        }
        rest = saved
        return ""
    }
}
