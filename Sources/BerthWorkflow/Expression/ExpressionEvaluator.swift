/// Evaluates expressions over what is known before a run; what is not comes out as unknown, with its reason.
struct ExpressionEvaluator {
    /// By their names in small letters.
    let contexts: [String: ExpressionValue]
    /// How earlier jobs ended.
    let status: JobStatus

    /// The value of an expression; throws where GitHub would end the run with an error.
    func value(_ expression: Expression) throws(ExpressionFault) -> ExpressionValue {
        switch expression {
        case .literal(let value): return value
        case .context(let name): return contexts[name] ?? .unknown(UnknownValue("\(name) is not known before the run"))
        case .index(let base, let index): return try member(base, index)
        case .all(let base): return Self.all(of: try value(base), eachOf: Self.isFiltered(base))
        case .call(let name, let arguments): return try call(name, arguments)
        case .not(let operand):
            let value = try value(operand)
            if let truth = value.truth { return .boolean(!truth) }
            return .unknown(UnknownValue(value.unknown?.reason ?? ""))
        case .binary(.and, let left, let right): return try logical(left, right, stopsAt: false)
        case .binary(.or, let left, let right): return try logical(left, right, stopsAt: true)
        case .binary(let sign, let left, let right): return try compare(sign, left, right)
        }
    }

    /// `&&` ends at what is false, `||` at what is true; an unknown side may still leave the truth of the whole known.
    private func logical(
        _ left: Expression, _ right: Expression, stopsAt stop: Bool
    ) throws(ExpressionFault) -> ExpressionValue {
        let first = try value(left)
        if let truth = first.truth, !first.isUnknown { return truth == stop ? first : try value(right) }
        let second = try value(right)
        let reason = first.unknown?.reason ?? ""
        if first.truth == stop || second.truth == stop { return .unknown(UnknownValue(reason, truth: stop)) }
        if first.truth == !stop { return second }
        return .unknown(UnknownValue(reason, truth: nil))
    }

    private func compare(
        _ sign: Expression.Operator, _ left: Expression, _ right: Expression
    ) throws(ExpressionFault) -> ExpressionValue {
        let left = try value(left)
        let right = try value(right)
        if case .unknown(let unknown) = left { return .unknown(UnknownValue(unknown.reason)) }
        if case .unknown(let unknown) = right { return .unknown(UnknownValue(unknown.reason)) }
        switch sign {
        case .equal: return .boolean(ExpressionComparison.equal(left, right))
        case .unequal: return .boolean(!ExpressionComparison.equal(left, right))
        case .less: return .boolean(ExpressionComparison.less(left, right))
        case .greater: return .boolean(ExpressionComparison.less(right, left))
        case .lessOrEqual:
            return .boolean(ExpressionComparison.equal(left, right) || ExpressionComparison.less(left, right))
        default: return .boolean(ExpressionComparison.equal(left, right) || ExpressionComparison.less(right, left))
        }
    }

    private func member(_ base: Expression, _ index: Expression) throws(ExpressionFault) -> ExpressionValue {
        let container = try value(base)
        let key = try value(index)
        if case .unknown(let unknown) = key { return .unknown(UnknownValue(unknown.reason)) }
        // `a.*.b` takes b of each.
        if Self.isFiltered(base), case .array(let items) = container {
            return .array(
                items.compactMap { item in
                    if case .object(let object) = item, object[key.text] == nil { return nil }
                    return item.isPrimitive ? nil : Self.member(item, key, path(base, key))
                })
        }
        return Self.member(container, key, path(base, key))
    }

    private static func member(_ container: ExpressionValue, _ key: ExpressionValue, _ path: String) -> ExpressionValue
    {
        switch container {
        case .object(let object):
            if let value = object[key.text] { return value }
            return object.missing.map { .unknown(UnknownValue("\(path) \($0)")) } ?? .null
        case .array(let items):
            let number = key.number
            guard number >= 0, number < Double(items.count) else { return .null }
            return items[Int(number)]
        case .unknown(let unknown): return .unknown(UnknownValue(unknown.reason))
        default: return .null
        }
    }

    /// Whether a star stands in the path, so that what follows is taken of each value.
    private static func isFiltered(_ expression: Expression) -> Bool {
        switch expression {
        case .all: true
        case .index(let base, _): isFiltered(base)
        default: false
        }
    }

    private static func all(of value: ExpressionValue, eachOf filtered: Bool) -> ExpressionValue {
        switch value {
        case .array(let items) where filtered:
            .array(
                items.flatMap { item in
                    if case .array(let inner) = all(of: item, eachOf: false) { inner } else { [item] }
                })
        case .array: value
        case .object(let object):
            object.missing.map { .unknown(UnknownValue("all of an object \($0)")) }
                ?? .array(object.members.map(\.value))
        case .unknown(let unknown): .unknown(UnknownValue(unknown.reason))
        default: .array([])
        }
    }

    /// `needs.setup.outputs.tag`, as far as it can be named.
    private func path(_ base: Expression, _ key: ExpressionValue) -> String {
        switch base {
        case .context(let name): "\(name).\(key.text)"
        case .index(let outer, .literal(let middle)): "\(path(outer, middle)).\(key.text)"
        default: key.text
        }
    }
}

extension ExpressionValue {
    /// Whether it is itself unknown, not only a part of it.
    var isUnknown: Bool {
        if case .unknown = self { true } else { false }
    }
}

/// What the status functions say: of a run in which no job fails and nobody cancels, which is the run that is planned.
package enum JobStatus: Sendable, Hashable {
    /// All that it needs run.
    case ready
    /// A job that it needs is skipped.
    case afterSkipped(String)
    /// Whether a job that it needs runs is not known.
    case afterUnknown(String)
}
