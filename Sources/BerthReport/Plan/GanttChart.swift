/// Bars over time, one row a slot, and how much memory is in use below them.
///
/// Times are seconds from the start of the plan. Drawn as text (`lines`), and as a picture (`svg`).
package struct GanttChart: Sendable {
    /// One job.
    package struct Bar: Sendable {
        package var name: String
        /// What stands in the bar where the name has no room: the job's number in the table.
        package var key: String
        package var start: Double
        package var end: Double
        package var isHeavy: Bool
        /// Bytes held while it runs.
        package var memory: Int64
        /// Names of the bars that must end first.
        package var after: [String]
        /// Why it starts when it does.
        package var reason: String

        package init(
            name: String, key: String, start: Double, end: Double, isHeavy: Bool, memory: Int64, after: [String],
            reason: String
        ) {
            (self.name, self.key, self.start, self.end) = (name, key, start, end)
            (self.isHeavy, self.memory, self.after, self.reason) = (isHeavy, memory, after, reason)
        }
    }

    /// One slot, its bars by start.
    package struct Row: Sendable {
        package var title: String
        package var bars: [Bar]

        package init(title: String, bars: [Bar]) { (self.title, self.bars) = (title, bars) }
    }

    package var rows: [Row]
    /// Bytes that jobs share; nil where memory is not planned.
    package var memory: Int64?
    /// The earliest end that is possible, where it is known.
    package var bound: Double?

    package init(rows: [Row], memory: Int64? = nil, bound: Double? = nil) {
        (self.rows, self.memory, self.bound) = (rows, memory, bound)
    }

    /// Until all have ended, at least a second.
    package var span: Double { max(1, rows.flatMap(\.bars).map(\.end).max() ?? 1, bound ?? 0) }

    /// The share of memory in use over time: each step holds until the next one.
    package var use: [(time: Double, share: Double)] {
        guard let memory, memory > 0 else { return [] }
        var changes: [Double: Int64] = [:]
        for bar in rows.flatMap(\.bars) {
            changes[bar.start, default: 0] += bar.memory
            changes[bar.end, default: 0] -= bar.memory
        }
        var held: Int64 = 0
        return changes.sorted { $0.key < $1.key }.map { time, change in
            held += change
            return (time, Double(held) / Double(memory))
        }
    }
}
