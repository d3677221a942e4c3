/// What found a plan.
package enum PlanMethod: Equatable, Sendable, CustomStringConvertible {
    /// A list by a rule, made into a schedule.
    case rule(PriorityRule)
    /// Crossing and mutating lists, with justification.
    case randomisedSearch
    /// Trying everything that could be better.
    case branchAndBound
    /// Strictly by the time at which jobs became ready, as GitHub does it.
    case strictQueue

    package var description: String {
        switch self {
        case .rule(let rule): "list by \(rule.rawValue)"
        case .randomisedSearch: "randomised search"
        case .branchAndBound: "branch and bound"
        case .strictQueue: "strict queue"
        }
    }
}
