internal import Testing

@testable import BerthPlan

/// Short ways to make jobs and states in tests; memory is in whole units.
enum QueueYard {
    static let machine = Machine(slots: 2, also: [.memory: 12])

    static func light(
        _ name: String, _ seconds: Double = 60, memory: Int = 3, owner: String = "", priority: Int = 0,
        affinities: [Affinity] = []
    ) -> Job {
        Job(
            Job.ID(name), duration: .init(.seconds(seconds)), demand: [.memory: memory], affinities: affinities,
            priority: priority, owner: owner)
    }

    static func heavy(_ name: String, _ seconds: Double = 60, memory: Int = 8) -> Job {
        Job(Job.ID(name), duration: .init(.seconds(seconds)), weight: .heavy, demand: [.memory: memory])
    }

    /// A state in which these jobs run since the beginning and the others have come since, one a second.
    static func state(
        on machine: Machine = machine, running: [Job] = [], waiting: [Job] = [], now: Int = 1000
    ) throws -> OnlineState {
        var state = OnlineState(machine)
        for job in running {
            try state.apply(.arrived(job, at: .zero))
            try state.apply(.started(job.id))
        }
        for (index, job) in waiting.enumerated() {
            try state.apply(.advanced(to: .seconds(index + 1)))
            try state.apply(.arrived(job, at: .seconds(index + 1)))
        }
        try state.apply(.advanced(to: .seconds(now)))
        return state
    }
}

extension OnlineDecision {
    var names: [String] { starts.map(\.job.text) }

    func reason(of name: String) -> OnlineDecision.Wait.Reason? { waits.first { $0.job.text == name }?.reason }
}
