internal import BerthDocument

/// Tokens to an expression: `||` binds least, then `&&`, then comparisons, then `!`.
struct ExpressionParser {
    /// GitHub's bound on brackets within brackets.
    static let deepest = 50
    /// The most operators, brackets and dots above any part of it.
    static let highest = 250
    /// Each function with the fewest and the most arguments it takes.
    static let functions: [(name: String, least: Int, most: Int)] = [
        ("contains", 2, 2), ("startsWith", 2, 2), ("endsWith", 2, 2), ("format", 1, 255), ("join", 1, 2),
        ("toJSON", 1, 1), ("fromJSON", 1, 1), ("hashFiles", 1, 255), ("case", 3, 255), ("success", 0, 255),
        ("failure", 0, 255), ("always", 0, 0), ("cancelled", 0, 0),
    ]
    /// All contexts that there are.
    static let contexts = [
        "github", "env", "vars", "job", "jobs", "steps", "runner", "secrets", "strategy", "matrix", "needs", "inputs",
    ]

    private let tokens: [ExpressionToken]
    private var index = 0

    /// The expression that a text stands for.
    static func parse(_ text: String) throws(ExpressionFault) -> Expression {
        var parser = ExpressionParser(tokens: try ExpressionLexer.tokens(text))
        guard !parser.tokens.isEmpty else { throw ExpressionFault(message: "the expression is empty") }
        let parsed = try parser.operation(0, depth: 0)
        guard parser.index == parser.tokens.count else { throw parser.unexpected() }
        return parsed.tree
    }

    /// A part of the expression with its height, so that no later recursion over it goes deep.
    private struct Parsed {
        let tree: Expression
        let height: Int

        init(_ tree: Expression, above parts: [Parsed] = []) throws(ExpressionFault) {
            self.tree = tree
            height = 1 + (parts.map(\.height).max() ?? 0)
            guard height <= ExpressionParser.highest else {
                throw ExpressionFault(message: "the expression nests more than \(ExpressionParser.highest) levels")
            }
        }
    }

    private init(tokens: [ExpressionToken]) { self.tokens = tokens }

    private static let levels: [[Expression.Operator]] = [
        [.or], [.and], [.equal, .unequal], [.less, .lessOrEqual, .greater, .greaterOrEqual],
    ]

    private mutating func operation(_ level: Int, depth: Int) throws(ExpressionFault) -> Parsed {
        guard depth < Self.deepest else {
            throw ExpressionFault(message: "the expression nests more than \(Self.deepest) levels")
        }
        guard level < Self.levels.count else { return try operand(depth: depth) }
        var left = try operation(level + 1, depth: depth)
        while case .sign(let sign)? = peek, let found = Expression.Operator(rawValue: sign),
            Self.levels[level].contains(found)
        {
            index += 1
            let right = try operation(level + 1, depth: depth)
            left = try Parsed(.binary(found, left.tree, right.tree), above: [left, right])
        }
        return left
    }

    private mutating func operand(depth: Int) throws(ExpressionFault) -> Parsed {
        if take("!") {
            guard depth < Self.deepest else {
                throw ExpressionFault(message: "the expression nests more than \(Self.deepest) levels")
            }
            let inner = try operand(depth: depth + 1)
            return try Parsed(.not(inner.tree), above: [inner])
        }
        var value = try primary(depth: depth)
        while true {
            if take(".") {
                value = try member(of: value)
            } else if take("[") {
                if take("*") {
                    value = try Parsed(.all(value.tree), above: [value])
                } else {
                    let index = try operation(0, depth: depth + 1)
                    value = try Parsed(.index(value.tree, index.tree), above: [value, index])
                }
                try expect("]")
            } else {
                return value
            }
        }
    }

    private mutating func member(of value: Parsed) throws(ExpressionFault) -> Parsed {
        if take("*") { return try Parsed(.all(value.tree), above: [value]) }
        guard case .name(let name)? = peek else { throw unexpected() }
        index += 1
        return try Parsed(.index(value.tree, .literal(.string(name))), above: [value])
    }

    private mutating func primary(depth: Int) throws(ExpressionFault) -> Parsed {
        switch peek {
        case .literal(let value)?:
            index += 1
            return try Parsed(.literal(value))
        case .sign("(")?:
            index += 1
            let inner = try operation(0, depth: depth + 1)
            try expect(")")
            return inner
        case .name(let name)?:
            index += 1
            return take("(") ? try call(name, depth: depth) : try context(name)
        default: throw unexpected()
        }
    }

    private mutating func call(_ name: String, depth: Int) throws(ExpressionFault) -> Parsed {
        var arguments: [Parsed] = []
        if !take(")") {
            repeat { arguments.append(try operation(0, depth: depth + 1)) } while take(",")
            try expect(")")
        }
        guard let known = Self.functions.first(where: { $0.name.lowercased() == name.lowercased() }) else {
            let hint = Suggestion.text(for: name, among: Self.functions.map(\.name))
            throw ExpressionFault(message: "there is no function \(name)\(hint)")
        }
        guard (known.least...known.most).contains(arguments.count) else {
            let wanted = known.least == known.most ? "\(known.least)" : "\(known.least) to \(known.most)"
            throw ExpressionFault(message: "\(known.name) takes \(wanted) arguments, not \(arguments.count)")
        }
        return try Parsed(.call(known.name, arguments.map(\.tree)), above: arguments)
    }

    private func context(_ name: String) throws(ExpressionFault) -> Parsed {
        guard Self.contexts.contains(name.lowercased()) else {
            let hint = Suggestion.text(for: name, among: Self.contexts)
            throw ExpressionFault(message: "there is no context \(name)\(hint)")
        }
        return try Parsed(.context(name.lowercased()))
    }

    private var peek: ExpressionToken? { index < tokens.count ? tokens[index] : nil }

    private mutating func take(_ sign: String) -> Bool {
        guard peek == .sign(sign) else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ sign: String) throws(ExpressionFault) {
        guard take(sign) else { throw unexpected(instead: "; \(sign) is missing") }
    }

    private func unexpected(instead hint: String = "") -> ExpressionFault {
        guard let token = peek else { return ExpressionFault(message: "the expression ends too early\(hint)") }
        return ExpressionFault(message: "\(token.text) is not expected here\(hint)")
    }
}
