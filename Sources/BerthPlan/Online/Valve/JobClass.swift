/// A kind of job that is let in by number: one scale set, one set of labels (`berth-light`, `berth-heavy`).
package struct JobClass: Sendable, Hashable {
    package let name: String
    package let weight: Weight
    /// What is reserved for each of its jobs: at least as much as any of them takes.
    package let demand: Amounts

    package init(_ name: String, weight: Weight, demand: Amounts) {
        (self.name, self.weight, self.demand) = (name, weight, demand)
    }

    /// Everything that one of its jobs holds.
    package var holds: Amounts { Job(Job.ID(name), duration: .init(.zero), weight: weight, demand: demand).holds }
}

/// A class with the jobs that it has here, and those that are known to wait elsewhere.
package struct ClassLoad: Sendable, Hashable {
    /// A job that waits where it can't be picked, only its class let in.
    package struct Waiting: Sendable, Hashable {
        package var arrived: Duration
        package var duration: DurationEstimate
        package var owner: String

        package init(arrived: Duration, duration: DurationEstimate, owner: String = "") {
            (self.arrived, self.duration, self.owner) = (arrived, duration, owner)
        }
    }

    package var jobClass: JobClass
    /// When each of its jobs here was assigned, running or not, as the service counts them.
    package var assigned: [Duration]
    /// Empty also where nobody can tell.
    package var waiting: [Waiting]

    package init(_ jobClass: JobClass, assigned: [Duration] = [], waiting: [Waiting] = []) {
        (self.jobClass, self.assigned, self.waiting) = (jobClass, assigned, waiting)
    }
}
