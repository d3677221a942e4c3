/// A value of GitHub's expression language, or that it is not known before the run.
package indirect enum ExpressionValue: Sendable, Hashable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([ExpressionValue])
    case object(ExpressionObject)
    case unknown(UnknownValue)
}

/// What keeps a value from being known, in words: `github.ref is not known before the run`.
package struct UnknownValue: Sendable, Hashable {
    package var reason: String
    /// Whether it counts as true, where that much is known: `failure() && x` is false whatever `x` is.
    package var truth: Bool?

    package init(_ reason: String, truth: Bool? = nil) { (self.reason, self.truth) = (reason, truth) }
}

/// Names and values in the order they were written; names are compared without regard to case.
package struct ExpressionObject: Sendable, Hashable {
    package private(set) var members: [(name: String, value: ExpressionValue)] = []
    /// Why a name that is not there has no value yet; nil where it has none, which reads as null.
    package var missing: String?

    package init(_ members: [(name: String, value: ExpressionValue)] = [], missing: String? = nil) {
        for (name, value) in members { self[name] = value }
        self.missing = missing
    }

    package subscript(name: String) -> ExpressionValue? {
        get { index(of: name).map { members[$0].value } }
        set {
            let index = index(of: name)
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((name, value))
            case (nil, nil): break
            }
        }
    }

    private func index(of name: String) -> Int? {
        let folded = name.lowercased()
        return members.firstIndex { $0.name == name } ?? members.firstIndex { $0.name.lowercased() == folded }
    }

    package static func == (left: ExpressionObject, right: ExpressionObject) -> Bool {
        left.missing == right.missing && left.members.map(\.name) == right.members.map(\.name)
            && left.members.map(\.value) == right.members.map(\.value)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(members.map(\.name))
        hasher.combine(members.map(\.value))
    }
}

extension ExpressionValue {
    /// Whether a condition holds; nil where it is not known.
    package var truth: Bool? {
        switch self {
        case .null: false
        case .boolean(let value): value
        case .number(let value): value != 0 && !value.isNaN
        case .string(let text): !text.isEmpty
        case .array, .object: true
        case .unknown(let unknown): unknown.truth
        }
    }

    /// The reason why it is not known, its own or that of a part of it.
    package var unknown: UnknownValue? {
        switch self {
        case .unknown(let unknown): unknown
        case .array(let items): items.lazy.compactMap(\.unknown).first
        case .object(let object):
            object.members.lazy.compactMap(\.value.unknown).first ?? object.missing.map { UnknownValue($0) }
        default: nil
        }
    }

    /// As GitHub writes it into a text; unknown values have none.
    package var text: String {
        switch self {
        case .null, .unknown: ""
        case .boolean(let value): value ? "true" : "false"
        case .number(let value): ExpressionNumber.text(value)
        case .string(let text): text
        case .array: "Array"
        case .object: "Object"
        }
    }

    /// As a number, by the rules of comparisons: NaN where it is none.
    var number: Double {
        switch self {
        case .null: 0
        case .boolean(let value): value ? 1 : 0
        case .number(let value): value
        case .string(let text): ExpressionNumber.parse(text)
        case .array, .object, .unknown: .nan
        }
    }

    /// Whether it is one of the kinds that a text can be made of.
    var isPrimitive: Bool {
        switch self {
        case .null, .boolean, .number, .string: true
        case .array, .object, .unknown: false
        }
    }
}
