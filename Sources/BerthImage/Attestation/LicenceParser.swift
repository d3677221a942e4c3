/// Reads what packages write about their licence: Debian's short names (DEP 5), SPDX expressions, common words.
///
/// What can't be taken apart stays one name.
struct LicenceParser {
    private static let deepest = 16
    private var tokens: ArraySlice<String>
    private var depth = 0

    static func parse(_ text: String) -> LicenceTerm {
        let whole = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if let known = LicenceNames.identifier(whole) { return .known(known) }
        // A comma before a word binds weaker than that word alone: "A or B, and C".
        for word in ["and", "or"] {
            let parts = whole.split(separator: ", \(word) ").map(String.init)
            guard parts.count > 1, parts.count < 50 else { continue }
            return word == "and" ? .and(parts.map(parse)) : .or(parts.map(parse))
        }
        var parser = LicenceParser(tokens: Self.tokens(whole)[...])
        guard let term = parser.alternatives(), parser.tokens.isEmpty else { return .other(whole) }
        return term
    }

    private static func tokens(_ text: String) -> [String] {
        text.replacing("(", with: " ( ").replacing(")", with: " ) ").split(separator: " ").map(String.init)
    }

    private mutating func alternatives() -> LicenceTerm? {
        guard depth < Self.deepest, let first = conjunction() else { return nil }
        var terms = [first]
        while take("or") {
            guard let next = conjunction() else { return nil }
            terms.append(next)
        }
        return terms.count == 1 ? first : .or(terms)
    }

    private mutating func conjunction() -> LicenceTerm? {
        guard let first = single() else { return nil }
        var terms = [first]
        while take("and") {
            guard let next = single() else { return nil }
            terms.append(next)
        }
        return terms.count == 1 ? first : .and(terms)
    }

    private mutating func single() -> LicenceTerm? {
        if take("(") {
            depth += 1
            defer { depth -= 1 }
            guard let inner = alternatives(), take(")") else { return nil }
            return inner
        }
        var words: [String] = []
        while let next = tokens.first, !["and", "or", "(", ")"].contains(next.lowercased()) {
            words.append(next)
            tokens.removeFirst()
        }
        guard !words.isEmpty else { return nil }
        let name = words.joined(separator: " ")
        return LicenceNames.identifier(name).map { .known($0) } ?? .other(name)
    }

    private mutating func take(_ word: String) -> Bool {
        guard tokens.first?.lowercased() == word else { return false }
        tokens.removeFirst()
        return true
    }
}
