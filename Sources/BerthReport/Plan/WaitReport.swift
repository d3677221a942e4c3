/// What policies do to waiting: what `berth plan simulate` shows.
package struct WaitReport: Report {
    /// One policy at one load; times are seconds.
    package struct Row: Encodable, Sendable, Equatable {
        package var policy: String
        /// Offered work as a share of what the slots can do; nil for a trace.
        package var load: Double?
        package var mean: Double
        package var median: Double
        /// Of a hundred jobs, ninety-five wait at most so long.
        package var p95: Double
        /// Of all seeds, and the mean of each seed's longest.
        package var longest: Double
        package var meanLongest: Double
        /// Mean of (wait + duration) over duration, short jobs counted as ten seconds.
        package var slowdown: Double
        /// Share of the slots' time in which jobs ran.
        package var utilisation: Double
        /// Jain's index over owners: 1 where all fare alike.
        package var fairness: Double
        /// Jobs that need more than there is.
        package var neverStarted: Int

        package init(
            policy: String, load: Double?, mean: Double, median: Double, p95: Double, longest: Double,
            meanLongest: Double, slowdown: Double, utilisation: Double, fairness: Double, neverStarted: Int = 0
        ) {
            (self.policy, self.load, self.mean, self.median) = (policy, load, mean, median)
            (self.p95, self.longest, self.slowdown) = (p95, longest, slowdown)
            (self.utilisation, self.fairness) = (utilisation, fairness)
            (self.meanLongest, self.neverStarted) = (meanLongest, neverStarted)
        }
    }

    package var schema = "berth.plan-simulate/1"
    /// What arrived, in words.
    package var source: String
    package var jobs: Int
    package var seeds: [UInt64]
    package var rows: [Row]
    package var notes: [String] = []

    package init(source: String, jobs: Int, seeds: [UInt64], rows: [Row]) {
        (self.source, self.jobs, self.seeds, self.rows) = (source, jobs, seeds, rows)
    }

    package var identifiers: [String] { [] }

    package var text: String {
        var table = Table([
            ("load", .left), ("policy", .left), ("mean wait", .right), ("median", .right), ("95 %", .right),
            ("longest", .right), ("slowdown", .right), ("in use", .right), ("fairness", .right),
        ])
        for row in rows {
            table.add([
                row.load.map { Self.hundredths($0) } ?? "-", row.policy, DurationText.of(row.mean),
                DurationText.of(row.median), DurationText.of(row.p95), DurationText.of(row.longest),
                PlanReport.short(row.slowdown), "\(Int((row.utilisation * 100).rounded())) %",
                Self.hundredths(row.fairness),
            ])
        }
        let lost = rows.map(\.neverStarted).max() ?? 0
        let told = lost > 0 ? ["note: never started, for they need more than there was at the end: \(lost)"] : []
        return (["\(source), \(jobs) jobs\(drawn)", ""] + table.lines + told + notes.map { "note: \($0)" })
            .joined(separator: "\n")
    }

    private var drawn: String {
        guard let first = seeds.first, let last = seeds.last else { return "" }
        return seeds.count == 1 ? " (seed \(first))" : " for each of \(seeds.count) seeds (\(first) to \(last))"
    }

    /// `0.70`.
    static func hundredths(_ value: Double) -> String {
        let whole = Int((value * 100).rounded())
        return "\(whole / 100).\(whole % 100 < 10 ? "0" : "")\(whole % 100)"
    }
}
