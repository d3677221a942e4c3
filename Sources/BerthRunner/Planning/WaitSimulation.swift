package import BerthPlan
package import BerthReport
internal import BerthSystem

/// Policies side by side on the same arrivals, on their way to a report.
package struct WaitSimulation: Sendable {
    package var policies: [OnlinePolicy]
    package var machine: BerthPlan.Machine
    /// Whoever wants to know how many of the policies, at how many loads, are played.
    package var progress: any ProgressSink = NoProgress()
    private static let step = "simulate"

    package init(_ policies: [OnlinePolicy], on machine: BerthPlan.Machine) {
        (self.policies, self.machine) = (policies, machine)
    }

    /// A recorded trace.
    package func report(_ trace: PlacementTrace, name: String) async throws -> WaitReport {
        let counter = begin(loads: 1)
        let rows = try await rows([trace], load: nil, counter)
        progress.report(.ended(step: Self.step, note: nil))
        return WaitReport(source: name, jobs: trace.jobs.count, seeds: [], rows: rows)
    }

    /// Generated arrivals, at each load and with each seed.
    package func report(_ model: ArrivalModel, loads: [Double], seeds: [UInt64]) async throws -> WaitReport {
        let counter = begin(loads: loads.count)
        var rows: [WaitReport.Row] = []
        for load in loads {
            var model = model
            model.load = load
            let (made, seeds) = (model, seeds)
            let traces = try await offload { seeds.map { made.trace(seed: $0) } }
            rows += try await self.rows(traces, load: load, counter)
        }
        progress.report(.ended(step: Self.step, note: nil))
        let source = "\(machine.capacity[.slots]) slots, generated arrivals"
        return WaitReport(source: source, jobs: model.jobs, seeds: seeds, rows: rows)
    }

    private func begin(loads: Int) -> ProgressCounter {
        progress.report(.started(step: Self.step, total: Int64(policies.count * loads), unit: .items))
        return ProgressCounter(Self.step, progress)
    }

    /// Each policy on a thread of its own, as many at once as there are processors.
    private func rows(
        _ traces: [PlacementTrace], load: Double?, _ counter: ProgressCounter
    ) async throws -> [WaitReport.Row] {
        let machine = machine
        return try await inParallel(policies, limit: BerthSystem.Machine.processors) { policy in
            let row = try await offload { try Self.row(policy, machine, traces, load) }
            counter.add(1)
            return row
        }
    }

    private static func row(
        _ policy: OnlinePolicy, _ machine: BerthPlan.Machine, _ traces: [PlacementTrace], _ load: Double?
    ) throws -> WaitReport.Row {
        let comparison: PolicyComparison
        do { comparison = try PolicyComparison([policy], on: machine, traces: traces) } catch {
            throw BerthError(
                .usage, "the arrivals can't be played", remedy: "give each job a name of its own", cause: error)
        }
        let row = comparison.rows[0]
        return WaitReport.Row(
            policy: policy.name, load: load, mean: row.meanWait, median: row.mean(\.medianWait),
            p95: row.mean(\.wait95),
            longest: row.longestWait, meanLongest: row.meanLongestWait, slowdown: row.mean(\.meanSlowdown),
            utilisation: row.mean(\.utilisation), fairness: row.mean(\.fairness),
            neverStarted: row.metrics.reduce(0) { $0 + $1.neverStarted })
    }
}
