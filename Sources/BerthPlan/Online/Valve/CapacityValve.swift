/// What happens to the open requests (long polls) by which a service is told how many jobs of a class it may assign.
package enum ValveEvent: Sendable, Hashable {
    /// A request was sent that lets in so many in all, assigned ones included.
    case opened(total: Int)
    /// The open request was broken off here; whether the service had assigned a job by then nobody knows yet.
    case cancelled
    /// The open request was answered, with or without a message, and so many jobs are assigned now.
    case answered(assigned: Int)
    /// So many are assigned now: a job has ended here.
    case assigned(Int)
}

/// What to do about a class.
package enum ValveAction: Sendable, Hashable {
    case cancel(JobClass)
    /// Send a request that lets in so many in all.
    case open(JobClass, total: Int)
}

/// Turns grants into the totals that a service is told, such that one slot is never promised to two classes.
///
/// The service keeps assigned + new jobs of a class at or below the total of its open request, takes nothing back, and
/// may have assigned a job while its request was being broken off. So a class is *committed* to the largest of what is
/// assigned and all totals that were sent since its last answer; only an answer to a later, lower request lets it go.
/// The committed jobs of all classes always fit in the machine: a grant moves to another class only after that.
package struct CapacityValve: Sendable, Hashable {
    /// A class and its requests.
    package struct Gate: Sendable, Hashable {
        package let jobClass: JobClass
        package fileprivate(set) var assigned = 0
        /// The total of the open request; nil where none is open.
        package fileprivate(set) var open: Int?
        /// The largest total since the last answer.
        fileprivate var unsettled = 0

        /// As many of its jobs may be here at once, for all we know.
        package var committed: Int { max(assigned, unsettled) }
    }

    package private(set) var gates: [Gate]
    /// What all classes share.
    ///
    /// Where it shrinks nothing is taken back, and nothing granted until it is enough.
    package var capacity: Amounts { didSet { capacity[.heavy] = 1 } }

    /// Takes the classes in the order in which they get their grants; one of each name.
    package init(_ classes: [JobClass], capacity: Amounts) {
        gates = classes.map { Gate(jobClass: $0) }
        self.capacity = capacity
        self.capacity[.heavy] = 1
    }

    /// What a service says beyond this is not believed: no machine has as many slots.
    private static let most = 10_000

    /// Notes what has happened to a class; an unknown class is none of this valve's.
    package mutating func apply(_ event: ValveEvent, to name: String) {
        guard let place = gates.firstIndex(where: { $0.jobClass.name == name }) else { return }
        switch event {
        case .opened(let total):
            let total = min(total, Self.most)
            gates[place].open = total
            gates[place].unsettled = max(gates[place].unsettled, total)
        case .cancelled: gates[place].open = nil
        case .answered(let assigned):
            gates[place].open = nil
            gates[place].unsettled = 0
            gates[place].assigned = min(Self.most, max(0, assigned))
        case .assigned(let count): gates[place].assigned = min(Self.most, max(0, count))
        }
    }

    /// What to do so that the totals become assigned + grant, as far as that is safe now.
    ///
    /// `grants` go by the places of the classes. To be asked again after each event. Requests that let in too many are
    /// broken off first, and opened again at their lower total at once; what they gave up can be had by others once
    /// they are answered.
    package func actions(for grants: [Int]) -> [ValveAction] {
        var (actions, next) = ([ValveAction](), self)
        let order = gates.indices.sorted { (rise($0, grants), $0) < (rise($1, grants), $1) }
        for place in order {
            let gate = next.gates[place]
            let total = next.safe(place, wanted: gate.assigned + max(0, place < grants.count ? grants[place] : 0))
            guard gate.open != total else { continue }
            if gate.open != nil {
                actions.append(.cancel(gate.jobClass))
                next.apply(.cancelled, to: gate.jobClass.name)
            }
            actions.append(.open(gate.jobClass, total: total))
            next.apply(.opened(total: total), to: gate.jobClass.name)
        }
        return actions
    }

    /// Whether a class wants more than it is committed to: those that give something up come first.
    private func rise(_ place: Int, _ grants: [Int]) -> Int {
        let wanted = gates[place].assigned + (place < grants.count ? grants[place] : 0)
        return wanted > gates[place].committed ? 1 : 0
    }

    /// The largest total up to the wanted one with which all commitments still fit, never below what is assigned.
    private func safe(_ place: Int, wanted: Int) -> Int {
        let gate = gates[place]
        if wanted <= gate.committed { return wanted }
        var held = gates.reduce(Amounts()) { sum, other in
            (0..<other.committed).reduce(sum) { all, _ in all + other.jobClass.holds }
        }
        var total = gate.committed
        while total < wanted {
            held = held + gate.jobClass.holds
            guard held.fits(in: capacity) else { break }
            total += 1
        }
        return total
    }
}
