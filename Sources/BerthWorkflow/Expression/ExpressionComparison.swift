/// Comparison as GitHub defines it: kinds that differ become numbers, texts are compared without regard to case.
enum ExpressionComparison {
    /// Whether two values are equal; arrays and objects never are, as each is an instance of its own.
    static func equal(_ left: ExpressionValue, _ right: ExpressionValue) -> Bool {
        switch coerced(left, right) {
        case (.null, .null): true
        case (.boolean(let left), .boolean(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): folded(left) == folded(right)
        default: false
        }
    }

    /// Whether the left value is smaller; false where they cannot be ordered.
    static func less(_ left: ExpressionValue, _ right: ExpressionValue) -> Bool {
        switch coerced(left, right) {
        case (.boolean(let left), .boolean(let right)): !left && right
        case (.number(let left), .number(let right)): left < right
        case (.string(let left), .string(let right)):
            folded(left).utf16.lexicographicallyPrecedes(folded(right).utf16)
        default: false
        }
    }

    /// Upper case, but for the dotless i, which has none of its own there.
    static func folded(_ text: String) -> String {
        text.contains("\u{131}")
            ? text.split(separator: "\u{131}", omittingEmptySubsequences: false).map { $0.uppercased() }
                .joined(separator: "\u{131}")
            : text.uppercased()
    }

    private static func coerced(
        _ left: ExpressionValue, _ right: ExpressionValue
    ) -> (ExpressionValue, ExpressionValue) {
        switch (left, right) {
        case (.null, .null), (.boolean, .boolean), (.number, .number), (.string, .string): (left, right)
        case (.number, .string), (.string, .number): (.number(left.number), .number(right.number))
        case (.null, _), (.boolean, _): coercedOnce(.number(left.number), right)
        case (_, .null), (_, .boolean): coercedOnce(left, .number(right.number))
        default: (left, right)
        }
    }

    /// One side is a number by now; the other becomes one unless it holds values.
    private static func coercedOnce(
        _ left: ExpressionValue, _ right: ExpressionValue
    ) -> (ExpressionValue, ExpressionValue) {
        guard left.isPrimitive, right.isPrimitive else { return (left, right) }
        return (.number(left.number), .number(right.number))
    }
}
