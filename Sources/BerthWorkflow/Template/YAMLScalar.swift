internal import BerthDocument

/// Plain YAML scalars as GitHub types them, by YAML 1.2's core schema: `3.10` is the number 3.1, `no` a text.
enum YAMLScalar {
    static func value(_ text: String, quoted: Bool) -> ExpressionValue {
        guard !quoted else { return .string(text) }
        switch text {
        case "true", "True", "TRUE": return .boolean(true)
        case "false", "False", "FALSE": return .boolean(false)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
        case ".nan", ".NaN", ".NAN": return .number(.nan)
        default: break
        }
        return isNumber(text) ? .number(ExpressionNumber.parse(text)) : .string(text)
    }

    private static func isNumber(_ text: String) -> Bool {
        // Most values begin with a letter: the pattern is for the others.
        guard let first = text.first, "+-.0123456789".contains(first) else { return false }
        if text.hasPrefix("0x") { return text.count > 2 && text.dropFirst(2).allSatisfy(\.isHexDigit) }
        if text.hasPrefix("0o") { return text.count > 2 && text.dropFirst(2).allSatisfy { "01234567".contains($0) } }
        return text.wholeMatch(of: #/[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?/#) != nil
    }
}
