/// What becomes of anchors (`&x`) and aliases (`*x`) in a YAML file.
package enum YAMLAliases: Sendable, Hashable {
    /// A fault, as in every file of Berth's own.
    case refused
    /// An alias stands for its anchor's value, at the anchor's place; so many values may come of the whole file.
    case resolved(limit: Int)

    /// Ten times what a large file has written out.
    package static let usualLimit = 100_000
}

/// How many values a file may still grow to.
final class NodeBudget {
    private var left: Int?
    private var refused = 0

    init(_ aliases: YAMLAliases) {
        if case .resolved(let limit) = aliases { left = limit }
    }

    /// Whether one more value may be made.
    func take() -> Bool {
        guard let left else { return true }
        guard left > 0 else {
            refused += 1
            return false
        }
        self.left = left - 1
        return true
    }

    /// Whether it was refused for the first time just now, so that one fault is noted and not thousands.
    var isFirstRefusal: Bool { refused == 1 }
}
