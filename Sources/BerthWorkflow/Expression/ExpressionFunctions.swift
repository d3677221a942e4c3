extension ExpressionEvaluator {
    /// The value of a function.
    func call(_ name: String, _ expressions: [Expression]) throws(ExpressionFault) -> ExpressionValue {
        var arguments: [ExpressionValue] = []
        switch name {
        case "always": return .boolean(true)
        case "cancelled", "failure": return .boolean(false)
        case "success": return success
        case "hashFiles": return .unknown(UnknownValue("hashFiles is known only in the job"))
        case "case": return try choice(expressions)
        default: break
        }
        for expression in expressions { arguments.append(try value(expression)) }
        if let unknown = arguments.lazy.compactMap(\.unknown).first { return .unknown(UnknownValue(unknown.reason)) }
        switch name {
        case "contains": return .boolean(Self.contains(arguments[0], arguments[1]))
        case "startsWith": return .boolean(Self.affix(arguments) { $0.hasPrefix($1) })
        case "endsWith": return .boolean(Self.affix(arguments) { $0.hasSuffix($1) })
        case "format": return .string(try ExpressionFormat.format(arguments[0].text, arguments.dropFirst().map(\.text)))
        case "join": return .string(Self.join(arguments))
        case "toJSON": return .string(ExpressionJSON.text(arguments[0]))
        default: return try ExpressionJSON.value(arguments[0].text)
        }
    }

    private var success: ExpressionValue {
        switch status {
        case .ready: .boolean(true)
        case .afterSkipped: .boolean(false)
        case .afterUnknown(let job): .unknown(UnknownValue("whether \(job) runs is not known before the run"))
        }
    }

    /// `case(condition, value, …, default)`: the first value whose condition holds.
    private func choice(_ expressions: [Expression]) throws(ExpressionFault) -> ExpressionValue {
        guard expressions.count % 2 == 1 else {
            throw ExpressionFault(message: "case takes pairs of a condition and a value, and a value for all else")
        }
        for index in stride(from: 0, to: expressions.count - 1, by: 2) {
            let condition = try value(expressions[index])
            guard let truth = condition.truth else { return .unknown(UnknownValue(condition.unknown?.reason ?? "")) }
            if truth { return try value(expressions[index + 1]) }
        }
        return try value(expressions[expressions.count - 1])
    }

    private static func contains(_ place: ExpressionValue, _ item: ExpressionValue) -> Bool {
        switch place {
        case .array(let items): items.contains { ExpressionComparison.equal($0, item) }
        case .object: false
        default: item.isPrimitive && folded(place).contains(folded(item))
        }
    }

    private static func affix(_ arguments: [ExpressionValue], _ matches: (String, String) -> Bool) -> Bool {
        arguments.allSatisfy(\.isPrimitive) && matches(folded(arguments[0]), folded(arguments[1]))
    }

    private static func folded(_ value: ExpressionValue) -> String { ExpressionComparison.folded(value.text) }

    private static func join(_ arguments: [ExpressionValue]) -> String {
        let separator = arguments.count > 1 && arguments[1].isPrimitive ? arguments[1].text : ","
        guard case .array(let items) = arguments[0] else { return arguments[0].isPrimitive ? arguments[0].text : "" }
        return items.map { $0.isPrimitive ? $0.text : "" }.joined(separator: separator)
    }
}
