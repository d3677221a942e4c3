internal import BerthPlan
internal import BerthReport
internal import BerthSystem

extension PlanFault {
    /// All faults, one a line, in people's units.
    var explained: String { faults.map(\.explained.escaped).joined(separator: "\n") }
}

extension PlanFault.Kind {
    fileprivate var explained: String {
        switch self {
        case .neverFits(let job, let resource, let needs, let available):
            "\(job) can never run: it needs \(Self.text(needs, of: resource)), and there is \(Self.text(available, of: resource))"
        default: description
        }
    }

    private static func text(_ amount: Int, of resource: Resource) -> String {
        switch resource {
        case .memory: "\(ByteText.of(Int64(amount))) of memory"
        case .processors: "\(PlanReport.short(Double(amount) / 1000)) processors"
        default: "\(amount) of \(resource.name)"
        }
    }
}
