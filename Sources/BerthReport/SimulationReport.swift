/// What caches of other sizes and policies would have done: hit rates by policy and size.
package struct SimulationReport: Report {
    /// Over all seeds.
    package struct Rate: Encodable, Sendable, Equatable {
        package var mean: Double
        package var lowest: Double
        package var highest: Double

        package init(mean: Double, lowest: Double, highest: Double) {
            (self.mean, self.lowest, self.highest) = (mean, lowest, highest)
        }
    }

    /// One policy: its rates at each size.
    package struct Row: Encodable, Sendable, Equatable {
        package var policy: String
        /// Lookups that hit.
        package var hits: [Rate]
        /// Of the seconds that everything would take to make, those that hits saved.
        package var time: [Rate]

        package init(policy: String, hits: [Rate], time: [Rate]) {
            (self.policy, self.hits, self.time) = (policy, hits, time)
        }
    }

    /// One setting of the model; of recorded lookups the only one.
    package struct Setting: Encodable, Sendable, Equatable {
        package var timing: String?
        package var lookups: Int
        /// Of all that was ever looked for, in the first seed.
        package var uniqueBytes: Int64
        package var rows: [Row]
        package var infiniteHits: Rate
        package var infiniteTime: Rate

        package init(
            timing: String?, lookups: Int, uniqueBytes: Int64, rows: [Row], infiniteHits: Rate, infiniteTime: Rate
        ) {
            (self.timing, self.lookups, self.uniqueBytes) = (timing, lookups, uniqueBytes)
            (self.rows, self.infiniteHits, self.infiniteTime) = (rows, infiniteHits, infiniteTime)
        }
    }

    package var schema = "berth.cache-simulate/1"
    package var trace: String
    package var sizes: [Int64]
    package var seeds: Int
    /// Whether what contents share counted once.
    package var isShared: Bool
    package var settings: [Setting] = []
    package var notes: [String] = []

    package init(trace: String, sizes: [Int64], seeds: Int, isShared: Bool) {
        (self.trace, self.sizes, self.seeds, self.isShared) = (trace, sizes, seeds, isShared)
    }

    package var identifiers: [String] { [] }

    package var text: String {
        let head = "\(trace)\(isShared ? ", shared bytes counted once" : "")"
        return ([head] + settings.flatMap(lines) + notes.map { "note: \($0)" }).joined(separator: "\n")
    }

    private func lines(_ setting: Setting) -> [String] {
        let model = setting.timing.map { "pull requests \($0), mean of \(seeds) seeds, " } ?? ""
        let facts = "\(model)\(setting.lookups) lookups, \(ByteText.of(setting.uniqueBytes)) of different contents"
        var table = Table([("hit rate / time saved", .left)] + sizes.map { (ByteText.of($0), .right) })
        for row in setting.rows {
            let cells = zip(row.hits, row.time).map { "\(Self.text($0.mean)) / \(Self.text($1.mean))" }
            table.add([row.policy] + cells)
        }
        let infinite = "\(Self.text(setting.infiniteHits.mean)) / \(Self.text(setting.infiniteTime.mean))"
        table.add(["without end"] + sizes.map { _ in infinite })
        return ["", facts] + table.lines
    }

    /// `.724`, `1.00`.
    private static func text(_ rate: Double) -> String {
        let thousandths = Int((rate * 1000).rounded())
        guard thousandths < 1000 else { return "1.00" }
        let digits = "\(max(0, thousandths))"
        return "." + String(repeating: "0", count: 3 - digits.count) + digits
    }
}
