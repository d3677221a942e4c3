internal import BerthDocument

/// `toJSON` and `fromJSON`.
enum ExpressionJSON {
    /// The largest text that `fromJSON` reads, in bytes.
    private static let limit = 1 << 20

    /// Indented by two spaces, as the runner writes it.
    static func text(_ value: ExpressionValue, indent: String = "") -> String {
        let inner = indent + "  "
        switch value {
        case .null, .unknown: return "null"
        case .boolean, .number: return value.text
        case .string(let text): return quoted(text)
        case .array(let items):
            guard !items.isEmpty else { return "[]" }
            return "[\n" + items.map { inner + Self.text($0, indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let object):
            guard !object.members.isEmpty else { return "{}" }
            let members = object.members.map { "\(inner)\(quoted($0.name)): \(Self.text($0.value, indent: inner))" }
            return "{\n" + members.joined(separator: ",\n") + "\n\(indent)}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..<"\u{20}":
                let code = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - code.count) + code
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    static func value(_ text: String) throws(ExpressionFault) -> ExpressionValue {
        do {
            let document = try JSONDocument(Array(text.utf8), file: "fromJSON", limit: limit)
            return value(document.root)
        } catch { throw ExpressionFault(message: "fromJSON is given a text that is not JSON: \(error)") }
    }

    private static func value(_ node: DocumentNode) -> ExpressionValue {
        switch node.kind {
        case .null: .null
        case .scalar(let text, quoted: true): .string(text)
        case .scalar("true", quoted: false): .boolean(true)
        case .scalar("false", quoted: false): .boolean(false)
        case .scalar(let text, quoted: false): .number(ExpressionNumber.parse(text))
        case .sequence(let items): .array(items.map { value($0) })
        case .mapping(let members): .object(ExpressionObject(members.map { ($0.key, value($0.value)) }))
        }
    }
}
