/// When each job of a problem starts and ends, in ticks.
package struct Schedule: Sendable, Equatable {
    package let starts: [Int]
    package let ends: [Int]

    package init(starts: [Int], ends: [Int]) { (self.starts, self.ends) = (starts, ends) }

    /// The last end; zero where there is no job.
    package var makespan: Int { ends.max() ?? 0 }
}
