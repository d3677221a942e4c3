/// Whether a job may share the machine with others of its kind.
package enum Weight: String, Sendable, Hashable, CaseIterable {
    /// Runs beside any other.
    case light
    /// Never runs beside another heavy job.
    case heavy
}

/// A job as the planner sees it: what it needs, how long it takes, and what it waits for.
///
/// It holds one slot, and the heavy token where it is heavy, whatever `demand` says besides.
package struct Job: Sendable, Hashable, Identifiable {
    /// What tells jobs apart, unique in one plan or queue.
    package struct ID: Hashable, Sendable, Comparable, CustomStringConvertible {
        package let text: String

        package init(_ text: String) { self.text = text }

        package var description: String { text }

        package static func < (left: ID, right: ID) -> Bool { left.text < right.text }
    }

    package var id: ID
    /// Jobs that must have ended before this one starts.
    package var predecessors: [ID]
    package var weight: Weight
    /// What it holds while it runs: memory, processors.
    package var demand: Amounts
    /// How long it takes where nothing that it can use is warm.
    package var duration: DurationEstimate
    /// What makes it shorter.
    package var affinities: [Affinity]
    /// What is warm once it has ended.
    package var warms: [Warmth]
    /// The earliest start, counted from the start of the plan.
    package var release: Duration
    /// Higher goes first where all else is equal.
    package var priority: Int
    /// Whose job it is, for fairness: a repository.
    package var owner: String

    package init(
        _ id: ID, duration: DurationEstimate, weight: Weight = .light, demand: Amounts = [:],
        after predecessors: [ID] = [], affinities: [Affinity] = [], warms: [Warmth] = [], release: Duration = .zero,
        priority: Int = 0, owner: String = ""
    ) {
        (self.id, self.duration, self.weight, self.demand) = (id, duration, weight, demand)
        (self.predecessors, self.affinities, self.warms) = (predecessors, affinities, warms)
        (self.release, self.priority, self.owner) = (release, priority, owner)
    }

    /// Everything it holds while it runs.
    package var holds: Amounts {
        var all = demand
        all[.slots] = max(1, demand[.slots])
        if weight == .heavy { all[.heavy] = 1 }
        return all
    }

    /// How long it takes where these things are warm, never below zero.
    package func duration(warm: Set<Warmth>) -> Duration {
        let saved = affinities.filter { warm.contains($0.warmth) }.reduce(Duration.zero) { $0 + $1.saves }
        return max(.zero, duration.expected - saved)
    }
}
