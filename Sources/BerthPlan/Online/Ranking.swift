/// Which of the waiting jobs that may start goes first: the lowest score.
package enum Ranking: Sendable, Hashable {
    /// In order of arrival.
    case arrival
    /// The shortest estimate: SJF, best for the mean on one server with known durations, and starving the long ones.
    case shortest
    /// Estimate less so much of the age, in seconds: SJF with linear ageing.
    case aged(Double)
    /// The largest (age / estimate)²: WFP of the Cobalt scheduler (Tang and others, IPDPS 2010) without the size.
    case waitOverEstimate
    /// The smallest estimate · e^(−age / constant): waiting that long makes a job count as e times shorter.
    ///
    /// Its logarithm is ln(estimate) + (arrival − now) / constant, so the order of two jobs hardly changes while they
    /// wait: a later one passes an earlier one only if it is shorter by the factor e^(difference of arrivals /
    /// constant). An estimate that is wrong by a factor of e moves a job by one constant in the row, and no more.
    case exponentialAge(Duration)

    /// The score of a job at a moment; `index` is its place by arrival.
    func score(_ entry: QueuedJob, index: Int, now: Duration) -> Double {
        let age = entry.age(at: now).inSeconds
        switch self {
        case .arrival: return Double(index)
        case .shortest: return entry.estimate
        case .aged(let share): return entry.estimate - share * age
        case .waitOverEstimate:
            // Whoever has just come has no age: then the shortest goes first.
            return -(age + 1e-6) * (age + 1e-6) / (entry.estimate * entry.estimate)
        case .exponentialAge(let constant):
            let score = RealFunctions.logarithm(entry.estimate) - age / max(1e-3, constant.inSeconds)
            return (score * Self.steps).rounded(.down)
        }
    }

    /// Steps of the score in which it grows e-fold: jobs within 10 % of each other are equals, and tie-breakers decide.
    private static let steps = 10.0
}

/// Who may start while another that comes first can't.
package enum Holding: Sendable, Hashable {
    /// Nobody: a head that doesn't fit blocks all.
    case strict
    /// Whoever fits: nothing is ever kept free.
    case greedy
    /// Whoever fits and doesn't delay the head of the row by the estimates: EASY (Lifka 1995).
    case head
    /// Whoever fits, until a job has waited this long.
    ///
    /// Then the oldest of those goes first; what it needs is kept for it out of what running jobs give back, whatever
    /// the estimates say, and others fill what remains beside it.
    case overdue(after: Duration)
}
