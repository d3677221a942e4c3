package import BerthPlan
package import BerthReport
internal import BerthSystem

/// How long one decision of a policy takes while many wait.
package enum DecisionTiming {
    private static let samples = 300

    /// Times decisions with all reasons, on a machine that is full, with so many generated jobs waiting.
    package static func report(
        _ policies: [OnlinePolicy], on machine: BerthPlan.Machine, waiting: Int, model: ArrivalModel, seed: UInt64
    ) throws -> DecisionReport {
        let state = try state(machine, waiting, model, seed)
        let clock = ContinuousClock()
        return DecisionReport(
            waiting: state.queue.count, samples: samples,
            rows: policies.map { policy in
                let times = (0..<samples).map { _ in
                    clock.measure { _ = policy.decide(state, explaining: true) }.inSeconds * 1000
                }
                return .init(policy: policy.name, median: times.sorted()[samples / 2], longest: times.max() ?? 0)
            })
    }

    /// All have arrived, nothing has ended, and what fits runs.
    private static func state(
        _ machine: BerthPlan.Machine, _ waiting: Int, _ model: ArrivalModel, _ seed: UInt64
    ) throws -> OnlineState {
        var model = model
        model.jobs = waiting + machine.capacity[.slots]
        var state = OnlineState(machine)
        do {
            for arrival in model.trace(seed: seed).jobs {
                try state.apply(.advanced(to: arrival.arrival))
                try state.apply(.arrived(arrival.job, at: arrival.arrival))
                for start in OnlinePolicy.fifo.decide(state, explaining: false).starts {
                    try state.apply(.started(start.job))
                }
            }
        } catch {
            throw BerthError(.failed, "the decision can't be timed", remedy: "report this", cause: error)
        }
        return state
    }
}
