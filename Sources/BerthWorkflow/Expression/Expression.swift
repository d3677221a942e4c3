/// A parsed expression: what stands in `${{ }}`, or after `if:`.
package indirect enum Expression: Sendable, Hashable {
    case literal(ExpressionValue)
    /// A context: `github`, `matrix`.
    case context(String)
    /// `a.b` and `a['b']`.
    case index(Expression, Expression)
    /// `a.*`.
    case all(Expression)
    case call(String, [Expression])
    case not(Expression)
    case binary(Operator, Expression, Expression)

    /// What stands between two operands.
    package enum Operator: String, Sendable, Hashable {
        case or = "||"
        case and = "&&"
        case equal = "=="
        case unequal = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    /// Contexts that it names, in the order they stand there, in small letters.
    package var contexts: [String] {
        switch self {
        case .literal: []
        case .context(let name): [name.lowercased()]
        case .index(let base, let index): base.contexts + index.contexts
        case .all(let base): base.contexts
        case .call(_, let arguments): arguments.flatMap(\.contexts)
        case .not(let operand): operand.contexts
        case .binary(_, let left, let right): left.contexts + right.contexts
        }
    }

    /// Functions that it calls, in small letters.
    package var functions: [String] {
        switch self {
        case .literal, .context: []
        case .index(let base, let index): base.functions + index.functions
        case .all(let base): base.functions
        case .call(let name, let arguments): [name.lowercased()] + arguments.flatMap(\.functions)
        case .not(let operand): operand.functions
        case .binary(_, let left, let right): left.functions + right.functions
        }
    }

    /// Whether it asks how earlier jobs ended, so that `success()` is not implied.
    package var asksStatus: Bool {
        functions.contains { ["success", "failure", "always", "cancelled"].contains($0) }
    }
}
