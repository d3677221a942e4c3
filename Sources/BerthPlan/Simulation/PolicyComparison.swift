/// Policies side by side on the same arrivals, over some seeds.
package struct PolicyComparison: Sendable, Hashable {
    /// One policy: what it did under each seed, and the figures over all of them.
    package struct Row: Sendable, Hashable {
        package let policy: String
        /// In the order of the traces.
        package let metrics: [PlacementMetrics]

        /// The mean of the seeds' mean waits, in seconds.
        package var meanWait: Double { mean(\.meanWait) }
        /// The mean of the seeds' longest waits, in seconds: says more of the policy than the one longest does.
        package var meanLongestWait: Double { mean(\.longestWait) }
        /// The longest wait of all, in seconds.
        package var longestWait: Double { metrics.map(\.longestWait).max() ?? 0 }

        /// The mean over the seeds of any figure.
        package func mean(_ figure: (PlacementMetrics) -> Double) -> Double {
            metrics.isEmpty ? 0 : metrics.map(figure).reduce(0, +) / Double(metrics.count)
        }
    }

    package let rows: [Row]

    /// Runs each trace under each policy; `machine` is the same for all.
    package init(
        _ policies: [OnlinePolicy], on machine: Machine, traces: [PlacementTrace]
    ) throws(OnlineFault) {
        var rows: [Row] = []
        for policy in policies {
            var metrics: [PlacementMetrics] = []
            for trace in traces {
                metrics.append(PlacementMetrics(try PlacementSimulation.run(trace, on: machine, under: policy)))
            }
            rows.append(Row(policy: policy.name, metrics: metrics))
        }
        self.rows = rows
    }
}
