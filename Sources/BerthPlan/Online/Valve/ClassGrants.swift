/// How many more jobs of each class may be let in now.
///
/// The policy decides as if it could start the waiting jobs themselves: a grant is a start. What is free after that is
/// granted too, so that a job nobody knew of is taken at once: one to each class in turn, while they fit side by side
/// and beside what the policy keeps for a job that has waited too long.
///
/// All grants together, with all that is assigned, fit in the machine; so there are never more than free slots, and the
/// memory of each is reserved.
package struct ClassGrants: Sendable, Hashable {
    /// By the places of the classes.
    package let counts: [Int]
    /// The class for which something is kept free, as its oldest job has waited too long and doesn't fit yet.
    package let reserved: JobClass?

    /// `turn` says which class is the first to get what is left over; whoever counts it up gives all of them their turn.
    package init(
        _ loads: [ClassLoad], on machine: Machine, under policy: OnlinePolicy, now: Duration, turn: Int = 0
    ) {
        var state = OnlineState(machine)
        var classes: [Job.ID: Int] = [:]
        Self.fill(&state, &classes, with: loads, now: now, turn: turn)
        let decision = policy.decide(state, explaining: false)
        var counts = loads.map { _ in 0 }
        for start in decision.starts { classes[start.job].map { counts[$0] += 1 } }
        self.counts = counts
        reserved = decision.reservation.flatMap { classes[$0.job] }.map { loads[$0].jobClass }
    }

    /// A job in the making, with the moment by which it is sorted.
    private struct Entry {
        let at: Duration
        let place: Int
        let job: Job
        let isAssigned: Bool
    }

    private static func fill(
        _ state: inout OnlineState, _ classes: inout [Job.ID: Int], with loads: [ClassLoad], now: Duration, turn: Int
    ) {
        var entries: [Entry] = []
        for (place, load) in loads.enumerated() {
            func entry(_ at: Duration, _ estimate: DurationEstimate, _ owner: String, assigned: Bool) -> Entry {
                let job = Job(
                    Job.ID("\(place)/\(entries.count)"), duration: estimate, weight: load.jobClass.weight,
                    demand: load.jobClass.demand, owner: owner)
                return Entry(at: min(at, now), place: place, job: job, isAssigned: assigned)
            }
            for at in load.assigned { entries.append(entry(at, DurationEstimate(.zero), "", assigned: true)) }
            for job in load.waiting {
                entries.append(entry(job.arrived, job.duration, job.owner, assigned: false))
            }
        }
        let sorted = entries.enumerated().sorted {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }.map(\.element)
        // Faults can't come up: each name is new, starts follow arrivals, and times are sorted.
        try? add(sorted.filter(\.isAssigned), to: &state, &classes)
        try? add(sorted.filter { !$0.isAssigned }, to: &state, &classes)
        try? state.apply(.advanced(to: max(now, state.now)))
        try? add(leftovers(loads, slots: state.machine.capacity[.slots], now: now, turn: turn), to: &state, &classes)
    }

    private static func add(
        _ entries: [Entry], to state: inout OnlineState, _ classes: inout [Job.ID: Int]
    ) throws(OnlineFault) {
        for entry in entries {
            classes[entry.job.id] = entry.place
            if entry.isAssigned { try state.apply(.advanced(to: max(entry.at, state.now))) }
            try state.apply(.arrived(entry.job, at: entry.at))
            if entry.isAssigned { try state.apply(.started(entry.job.id)) }
        }
    }

    /// Jobs that nobody knows of: behind all others by any ranking, for they take a lifetime and have just come.
    private static func leftovers(_ loads: [ClassLoad], slots: Int, now: Duration, turn: Int) -> [Entry] {
        guard !loads.isEmpty else { return [] }
        return (0..<min(max(0, slots), 256)).flatMap { round in
            loads.indices.map { step in
                let place = (((turn + step) % loads.count) + loads.count) % loads.count
                let load = loads[place].jobClass
                let job = Job(
                    Job.ID("\(place)+\(round)"), duration: DurationEstimate(.seconds(4e9)), weight: load.weight,
                    demand: load.demand, priority: .min)
                return Entry(at: now, place: place, job: job, isAssigned: false)
            }
        }
    }
}
