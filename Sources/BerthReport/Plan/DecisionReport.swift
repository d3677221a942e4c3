/// How long one decision takes: what `berth plan simulate --decision` shows.
package struct DecisionReport: Report {
    /// One policy; milliseconds of the wall clock.
    package struct Row: Encodable, Sendable, Equatable {
        package var policy: String
        package var median: Double
        package var longest: Double

        package init(policy: String, median: Double, longest: Double) {
            (self.policy, self.median, self.longest) = (policy, median, longest)
        }
    }

    package var schema = "berth.plan-decision/1"
    package var waiting: Int
    package var samples: Int
    package var rows: [Row]

    package init(waiting: Int, samples: Int, rows: [Row]) {
        (self.waiting, self.samples, self.rows) = (waiting, samples, rows)
    }

    package var identifiers: [String] { [] }

    package var text: String {
        var table = Table([("policy", .left), ("median", .right), ("longest", .right)])
        for row in rows { table.add([row.policy, Self.text(row.median), Self.text(row.longest)]) }
        return
            (["a decision with \(waiting) waiting jobs, each with its reason; \(samples) samples", ""] + table.lines)
            .joined(separator: "\n")
    }

    /// `0.160 ms`.
    private static func text(_ milliseconds: Double) -> String {
        let micro = Int((milliseconds * 1000).rounded())
        let rest = "\(micro % 1000)"
        return "\(micro / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest + " ms"
    }
}
