/// A rule that says which waiting jobs start now: a ranking, and what is kept free for whom.
///
/// Scores that are equal are told apart by the job's priority (higher first), then by how many jobs of its owner run
/// (fewer first), then by arrival. What is warm shortens a job's estimate, and so moves it forward.
package struct OnlinePolicy: Sendable, Hashable {
    /// As the command line and the reports call it.
    package let name: String
    package let ranking: Ranking
    package let holding: Holding

    package init(_ name: String, ranking: Ranking, holding: Holding) {
        (self.name, self.ranking, self.holding) = (name, ranking, holding)
    }

    /// First in, first out; a head that doesn't fit blocks all.
    package static let fifo = OnlinePolicy("fifo", ranking: .arrival, holding: .strict)
    /// The first that fits.
    package static let backfill = OnlinePolicy("backfill", ranking: .arrival, holding: .greedy)
    /// In order of arrival, with a reservation for the head.
    package static let easy = OnlinePolicy("easy", ranking: .arrival, holding: .head)
    /// The shortest that fits.
    package static let sjf = OnlinePolicy("sjf", ranking: .shortest, holding: .greedy)
    /// The shortest that fits, less half its age.
    package static let agedSJF = OnlinePolicy("aged-sjf", ranking: .aged(0.5), holding: .greedy)
    /// The longest wait in relation to the estimate.
    package static let wfp = OnlinePolicy("wfp", ranking: .waitOverEstimate, holding: .greedy)

    /// Berth's own: an hour of waiting makes a job count as e times shorter, and after three hours it is next.
    ///
    /// **Longest wait.** Let no job run longer than L, the machine keep its capacity, and k earlier arrivals still wait
    /// when a job has waited the limit T. Then it waits at most T + (k + 1) · L, however wrong the estimates are.
    ///
    /// *Why:* jobs over the limit go by arrival, so only those k come before it. Take the first of them at a decision.
    /// It starts if it fits. Else let P be the shortest head of the row of running jobs, by start, whose end makes room
    /// for it. Others start only beside it: within free + P − its needs. So P still makes room after such a start, and
    /// the new job comes after P in the row. When a job of P ends, the rest of P makes room; when another ends, P does
    /// all the more. So P only shrinks, and it is gone after L at most: the first job has started by then. The same
    /// holds for the second, and at last for the job itself. (The time that the machine sleeps does not count, and a
    /// job that exceeds the whole machine is never first.)
    ///
    /// **Heavy and light.** Nothing is kept free before the limit, so a heavy head never blocks a light job that fits.
    /// After it, a light job still runs past a heavy head wherever both fit side by side.
    package static let berth = OnlinePolicy.berth(ageing: .seconds(3600), limit: .seconds(3 * 3600))

    /// Berth's policy with another constant of ageing and another limit.
    package static func berth(ageing: Duration, limit: Duration) -> OnlinePolicy {
        OnlinePolicy("berth", ranking: .exponentialAge(ageing), holding: .overdue(after: limit))
    }

    package static let all = [fifo, backfill, easy, sjf, agedSJF, wfp, berth]

    /// The policy of a name; nil where no policy has it.
    package static func named(_ name: String) -> OnlinePolicy? { all.first { $0.name == name } }
}
