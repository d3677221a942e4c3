/// Looks whether a schedule keeps all that its problem asks for.
///
/// It shares no code with what makes schedules: it takes nothing but the problem and two lists of times.
package struct ScheduleChecker: Sendable {
    /// Something that a schedule breaks.
    package enum Breach: Equatable, Sendable {
        /// There is not one start and one end for every job.
        case count(starts: Int, ends: Int, jobs: Int)
        case startsBeforeRelease(job: Int)
        case startsBeforePredecessorEnds(job: Int, predecessor: Int)
        case duration(job: Int, is: Int, shouldBe: Int)
        case overload(resource: Int, at: Int, used: Int, capacity: Int)
    }

    private let problem: Problem

    package init(_ problem: Problem) { self.problem = problem }

    /// All breaches: none means that the schedule is valid.
    package func breaches(of schedule: Schedule) -> [Breach] {
        let (starts, ends, jobs) = (schedule.starts, schedule.ends, problem.durations.indices)
        guard starts.count == jobs.count, ends.count == jobs.count else {
            return [.count(starts: starts.count, ends: ends.count, jobs: jobs.count)]
        }
        var breaches: [Breach] = []
        for job in jobs {
            if starts[job] < max(0, problem.releases[job]) { breaches.append(.startsBeforeRelease(job: job)) }
            for before in problem.predecessors[job] where ends[before] > starts[job] {
                breaches.append(.startsBeforePredecessorEnds(job: job, predecessor: before))
            }
            let shouldBe = duration(of: job, in: schedule)
            if ends[job] - starts[job] != shouldBe {
                breaches.append(.duration(job: job, is: ends[job] - starts[job], shouldBe: shouldBe))
            }
        }
        return breaches + overloads(schedule)
    }

    /// The duration that the problem states for a job with this start, given when all others end.
    private func duration(of job: Int, in schedule: Schedule) -> Int {
        let cold = problem.durations[job]
        let saved = (problem.warming?.sources ?? []).filter { source in
            source.warmers.contains { schedule.ends[$0] <= schedule.starts[job] }
        }
        .reduce(0) { $0 + ($1.savings[job] ?? 0) }
        return saved == 0 ? cold : min(cold, max(1, cold - saved))
    }

    /// Sweeps over all starts and ends, one resource after the other; what ends gives back before what starts takes.
    private func overloads(_ schedule: Schedule) -> [Breach] {
        var breaches: [Breach] = []
        for (resource, capacity) in problem.capacities.enumerated() {
            var changes: [(time: Int, amount: Int)] = []
            for job in problem.durations.indices where schedule.ends[job] > schedule.starts[job] {
                let amount = problem.demands[job * problem.capacities.count + resource]
                changes += [(schedule.starts[job], amount), (schedule.ends[job], -amount)]
            }
            var used = 0
            for change in changes.sorted(by: { ($0.time, $0.amount) < ($1.time, $1.amount) }) {
                used += change.amount
                if used > capacity && change.amount > 0 {
                    breaches.append(.overload(resource: resource, at: change.time, used: used, capacity: capacity))
                }
            }
        }
        return breaches
    }
}
