internal import BerthArchive
package import BerthReport

extension Simulation {
    /// Runs everything and puts it into a report; `name` is what the trace is called.
    package func report(_ source: TraceSource, name: String) async throws -> SimulationReport {
        let outcomes = try await run(source)
        var report = SimulationReport(
            trace: name, sizes: sizes.map(\.value), seeds: outcomes.first?.infinite.count ?? 0, isShared: isShared)
        report.settings = outcomes.map(setting)
        return report
    }

    private func setting(_ outcome: Outcome) -> SimulationReport.Setting {
        let rows = policies.indices.map { index in
            SimulationReport.Row(
                policy: policies[index].name,
                hits: outcome.counts[index].map { Self.rates($0) { Self.share(Double($0.hits), Double($0.lookups)) } },
                time: outcome.counts[index].map { Self.rates($0) { Self.share($0.costSaved, $0.cost) } })
        }
        return .init(
            timing: outcome.timing?.rawValue, lookups: outcome.trace.lookups,
            uniqueBytes: outcome.trace.uniqueBytes, rows: rows,
            infiniteHits: Self.rates(outcome.infinite) { Self.share(Double($0.hits), Double($0.lookups)) },
            infiniteTime: Self.rates(outcome.infinite) { Self.share($0.costSaved, $0.cost) })
    }

    private static func share(_ part: Double, _ whole: Double) -> Double { whole > 0 ? part / whole : 0 }

    private static func rates(
        _ counts: [SimulationCounts], _ rate: (SimulationCounts) -> Double
    ) -> SimulationReport.Rate {
        let all = counts.map(rate)
        return .init(
            mean: all.reduce(0, +) / Double(max(1, all.count)), lowest: all.min() ?? 0, highest: all.max() ?? 0)
    }
}
