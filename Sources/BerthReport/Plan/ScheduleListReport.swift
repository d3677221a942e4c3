/// Schedules of instances of the resource-constrained project scheduling problem, in the instances' own unit of time.
package struct ScheduleListReport: Report {
    /// One instance.
    package struct Schedule: Encodable, Sendable, Equatable {
        package var file: String
        package var makespan: Int
        /// No schedule ends before; equal to the makespan where that is proved optimal.
        package var bound: Int
        package var method: String
        package var steps: Int
        /// Of the wall clock, reading left out.
        package var milliseconds: Double
        /// By job.
        package var starts: [Int]

        package init(
            file: String, makespan: Int, bound: Int, method: String, steps: Int, milliseconds: Double, starts: [Int]
        ) {
            (self.file, self.makespan, self.bound, self.method) = (file, makespan, bound, method)
            (self.steps, self.milliseconds, self.starts) = (steps, milliseconds, starts)
        }
    }

    package var schedules: [Schedule]
    /// The width of the terminal; nil without one.
    package var columns: Int?

    package init(_ schedules: [Schedule]) { self.schedules = schedules }

    package func encode(to encoder: any Encoder) throws { try schedules.encode(to: encoder) }

    package var identifiers: [String] { [] }

    package var text: String {
        var table = Table([
            ("file", .left), ("jobs", .right), ("makespan", .right), ("bound", .right), ("steps", .right),
            ("method", .left),
        ])
        for schedule in schedules {
            table.add([
                schedule.file, "\(schedule.starts.count)", "\(schedule.makespan)", "\(schedule.bound)",
                "\(schedule.steps)", schedule.method,
            ])
        }
        let proved = schedules.count { $0.makespan == $0.bound }
        return (table.lines(within: columns) + ["", "\(proved) of \(schedules.count) are proved optimal"]).joined(
            separator: "\n")
    }
}
