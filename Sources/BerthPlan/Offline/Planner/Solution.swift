/// A schedule of a problem, and how far it is from the best possible at most.
package struct Solution: Sendable, Equatable {
    package var schedule: Schedule
    /// No schedule ends before this, in ticks.
    package var bound: Int
    package var method: PlanMethod
    /// Schedules generated, and nodes of the exact search visited.
    package var schedules: Int
    package var nodes: Int

    /// All steps that ran; a time budget cuts nothing but them.
    package var steps: Int { schedules + nodes }

    /// Whether nothing can be shorter.
    package var isOptimal: Bool { schedule.makespan == bound }

    /// By how much the makespan is above the bound, as a part of the bound: the best possible is no nearer than that.
    package var gap: Double { bound > 0 ? Double(schedule.makespan - bound) / Double(bound) : 0 }
}
