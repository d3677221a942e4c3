/// Everything about one waiting job that a person may ask.
package struct OnlineExplanation: Sendable, Hashable {
    package let job: Job.ID
    /// While the machine was awake.
    package let waited: Duration
    /// Why it starts now; nil where it waits.
    package let start: OnlineDecision.Start.Reason?
    /// Why it waits; nil where it starts now.
    package let wait: OnlineDecision.Wait.Reason?
    /// The jobs that hold what it lacks, running or starting now, or whose end makes room for the one that comes first.
    package let holders: [Job.ID]
    /// Whether what running jobs give back is kept for it.
    package let isReserved: Bool
    /// When it would start if all estimates came true and nobody else came; nil where it can't start at all.
    package let expected: Duration?
}

extension OnlinePolicy {
    /// Why a job waits, for whom or what, and until when by the estimates; nil where it is not in the queue.
    package func explain(_ id: Job.ID, in state: OnlineState) -> OnlineExplanation? {
        guard let entry = state.queue.first(where: { $0.job.id == id }) else { return nil }
        let decision = decide(state)
        let wait = decision.waits.first { $0.job == id }?.reason
        return OnlineExplanation(
            job: id, waited: entry.age(at: state.now), start: decision.starts.first { $0.job == id }?.reason,
            wait: wait,
            holders: holders(of: wait, state, decision), isReserved: decision.reservation?.job == id,
            expected: forecast(state).first { $0.job == id }?.start)
    }

    private func holders(of wait: OnlineDecision.Wait.Reason?, _ state: OnlineState, _ decision: OnlineDecision) -> [Job
        .ID]
    {
        switch wait {
        case .lacks(let resource, _, _):
            let starts = state.queue.map(\.job).filter { job in decision.starts.contains { $0.job == job.id } }
            return (state.running.map(\.job) + starts).filter { $0.holds[resource] > 0 }.map(\.id)
        case .reserved: return decision.reservation?.waitsFor ?? []
        case .behind, .exceeds, nil: return []
        }
    }
}
