package import BerthPlan
internal import BerthSystem

extension StartReason {
    /// Why a job starts when it does, for people: `build ended, which it needs`.
    package func text(start: Duration) -> String {
        switch self {
        case .released: start == .zero ? "at once" : "it comes only then"
        case .predecessors(let jobs): "\(Self.list(jobs)) ended, which it needs"
        case .resource(.slots, let jobs): "a slot was free then: \(Self.list(jobs)) ended"
        case .resource(.memory, let jobs): "there was memory for it then: \(Self.list(jobs)) ended"
        case .resource(.processors, let jobs): "there were processors for it then: \(Self.list(jobs)) ended"
        case .resource(let resource, let jobs): "\(resource.name.escaped) had room then: \(Self.list(jobs)) ended"
        case .heavy(let job): "it is heavy, and \(job.text.escaped), heavy too, ended then"
        case .warmth(let warmth, let jobs):
            "it is shorter with \(warmth.name.escaped), which \(Self.list(jobs)) made warm"
        case .behind(let job): "it stood behind \(job.text.escaped)"
        }
    }

    private static func list(_ jobs: [Job.ID]) -> String {
        let names = jobs.map(\.text.escaped)
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return "\(names.dropLast().joined(separator: ", ")) and \(last)"
    }
}
