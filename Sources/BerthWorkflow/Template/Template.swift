package import BerthDocument

/// A value of a workflow file with the expressions that stand in it.
package struct Template: Sendable {
    package indirect enum Kind: Sendable {
        case literal(ExpressionValue)
        case text([Part])
        case list([Template])
        case mapping([(key: String, place: DocumentPlace, value: Template)])
    }

    package enum Part: Sendable {
        case text(String)
        /// With the text between the braces.
        case expression(Expression, written: String)
    }

    package let kind: Kind
    package let place: DocumentPlace

    package init(_ kind: Kind, at place: DocumentPlace) { (self.kind, self.place) = (kind, place) }

    /// The value a node stands for; expressions that cannot be parsed become faults.
    package init(_ node: DocumentNode, _ faults: Faults) {
        place = node.place
        switch node.kind {
        case .null: kind = .literal(.null)
        case .scalar(let text, let quoted):
            kind =
                Self.parts(text, node.place, faults).map { .text($0) }
                ?? .literal(YAMLScalar.value(text, quoted: quoted))
        case .sequence(let items): kind = .list(items.map { Template($0, faults) })
        case .mapping(let members):
            kind = .mapping(members.map { ($0.key, $0.place, Template($0.value, faults)) })
        }
    }

    /// Nil where no expression stands in the text.
    static func parts(_ source: String, _ place: DocumentPlace, _ faults: Faults) -> [Part]? {
        guard source.contains("${{") else { return nil }
        var parts: [Part] = []
        var rest = source[...]
        while let start = rest.firstRange(of: "${{") {
            if start.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<start.lowerBound]))) }
            guard let end = closing(rest[start.upperBound...]) else {
                faults.add("${{ has no closing }}", at: place)
                return parts
            }
            let written = rest[start.upperBound..<end].trimmed
            do {
                parts.append(.expression(try ExpressionParser.parse(written), written: written))
            } catch {
                faults.add("in ${{ \(written) }}: \(error.message)", at: place)
            }
            rest = rest[rest.index(end, offsetBy: 2)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        return parts
    }

    /// The first `}}` outside of quotes.
    private static func closing(_ text: Substring) -> Substring.Index? {
        var quoted = false
        var index = text.startIndex
        while index < text.endIndex {
            if text[index] == "'" { quoted.toggle() }
            if !quoted, text[index...].hasPrefix("}}") { return index }
            index = text.index(after: index)
        }
        return nil
    }

    /// All expressions in it, also within lists and mappings, with the place of the text each stands in.
    package var placedExpressions: [(expression: Expression, place: DocumentPlace)] {
        switch kind {
        case .literal: []
        case .text(let parts):
            parts.compactMap { part in
                if case .expression(let expression, _) = part { (expression, place) } else { nil }
            }
        case .list(let items): items.flatMap(\.placedExpressions)
        case .mapping(let members): members.flatMap(\.value.placedExpressions)
        }
    }

    package var expressions: [Expression] { placedExpressions.map(\.expression) }

    /// The value where no expression stands in it.
    package var literal: ExpressionValue? {
        if case .literal(let value) = kind { value } else { nil }
    }
}
