/// When a waiting job would start if every estimate came true and nobody else came.
package struct ForecastStart: Sendable, Hashable {
    package let job: Job.ID
    package let start: Duration
}

extension OnlinePolicy {
    /// Plays the policy forward on the estimates: the starts in their order, of jobs that can run at all.
    ///
    /// It makes one decision for each end of a job, so it is for people who ask, and no part of a decision. `limit`
    /// ends it after so many starts.
    package func forecast(_ state: OnlineState, limit: Int = .max) -> [ForecastStart] {
        var (state, starts) = (state, [ForecastStart]())
        // Taken once: what has outrun its estimate would recede with the clock.
        var ends = state.running.map { ForecastStart(job: $0.job.id, start: $0.expectedEnd(at: state.now)) }
        while starts.count < limit {
            for start in decide(state, explaining: false).starts {
                guard (try? state.apply(.started(start.job))) != nil else { return starts }
                starts.append(.init(job: start.job, start: state.now))
                if let running = state.running.last { ends.append(.init(job: start.job, start: running.expectedEnd)) }
            }
            guard !state.queue.isEmpty, let index = ends.indices.min(by: { ends[$0].start < ends[$1].start }) else {
                break
            }
            let next = ends.remove(at: index)
            guard (try? state.apply(.advanced(to: next.start))) != nil, (try? state.apply(.ended(next.job))) != nil
            else { break }
        }
        return Array(starts.prefix(limit))
    }
}
