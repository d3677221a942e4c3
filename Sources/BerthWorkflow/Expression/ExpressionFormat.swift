/// `format('{0} of {1}', a, b)`: places in braces, braces doubled to stand for themselves.
enum ExpressionFormat {
    static func format(_ pattern: String, _ arguments: [String]) throws(ExpressionFault) -> String {
        var result = ""
        var rest = pattern[...]
        while let character = rest.popFirst() {
            switch character {
            case "{" where rest.first == "{", "}" where rest.first == "}":
                rest.removeFirst()
                result.append(character)
            case "{":
                guard let end = rest.firstIndex(of: "}"), end != rest.startIndex,
                    rest[..<end].allSatisfy({ $0.isASCII && $0.isNumber }), let index = Int(rest[..<end])
                else { throw invalid(pattern) }
                guard index < arguments.count else {
                    throw ExpressionFault(message: "the format '\(pattern)' asks for more values than it is given")
                }
                result += arguments[index]
                rest = rest[rest.index(after: end)...]
            case "}": throw invalid(pattern)
            default: result.append(character)
            }
        }
        return result
    }

    private static func invalid(_ pattern: String) -> ExpressionFault {
        ExpressionFault(message: "the format '\(pattern)' is not valid: places are written {0}, braces {{ and }}")
    }
}
