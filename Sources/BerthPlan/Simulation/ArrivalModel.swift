/// Makes traces: Poisson arrivals of jobs with log-normal durations, a share of them heavy.
///
/// *Load* is the work that is offered to the slots: arrivals a second × mean duration ÷ slots. Memory and the rule for
/// heavy jobs don't count, so a load of 1 can't be borne, and less may be too much for a policy that leaves slots
/// empty.
package struct ArrivalModel: Sendable, Hashable {
    package var load: Double
    package var jobs: Int
    /// Slots of the machine that the load is meant for.
    package var slots = 2
    /// Mean of the durations in seconds, and their variance over the square of that mean.
    package var meanDuration = 182.0
    package var squaredVariation = 5.8
    /// Standard deviation of the logarithm of estimate over true duration.
    package var estimateSpread = 0.5
    package var heavyShare = 0.25
    /// Bytes of memory.
    package var heavyMemory = 8 << 30
    package var lightMemory = 3 << 30
    /// Of the jobs, the k-th owner has a share in proportion to 1/k.
    package var owners = 4
    /// Of the jobs, those that fail at their end.
    package var failingShare = 0.0
    /// Of the jobs, those that are cancelled, on average ten mean durations after they came.
    package var cancelledShare = 0.0

    package init(load: Double, jobs: Int) { (self.load, self.jobs) = (load, jobs) }

    /// The trace for a seed.
    ///
    /// One seed gives the same jobs at each load, only closer together.
    package func trace(seed: UInt64) -> PlacementTrace {
        var draws = Draws(seed: seed)
        let variance = RealFunctions.logarithm(1 + squaredVariation)
        let median = meanDuration / (1 + squaredVariation).squareRoot()
        let gap = meanDuration / (max(1e-9, load) * Double(max(1, slots)))
        let weights = (1...max(1, owners)).map { 1 / Double($0) }
        var arrival = 0.0
        let made = (0..<max(0, jobs)).map { number in
            arrival += gap * draws.arrivals.exponential()
            let seconds = draws.durations.logNormal(median: median, deviation: variance.squareRoot())
            let estimate = seconds * draws.errors.logNormal(median: 1, deviation: estimateSpread)
            let isHeavy = draws.weights.unit() < heavyShare
            let job = Job(
                Job.ID("job-\(number + 1)"), duration: .init(.bounded(seconds: estimate), spread: estimateSpread),
                weight: isHeavy ? .heavy : .light, demand: [.memory: isHeavy ? heavyMemory : lightMemory],
                owner: "owner-\(Self.pick(weights, draws.owners.unit()) + 1)")
            let (fate, patience) = (draws.fates.unit(), draws.fates.exponential())
            return SimulatedJob(
                job, arrival: .bounded(seconds: arrival), duration: .bounded(seconds: seconds),
                fails: fate < failingShare,
                cancelledAfter: fate >= 1 - cancelledShare ? .bounded(seconds: patience * meanDuration * 10) : nil)
        }
        return PlacementTrace(jobs: made)
    }

    /// A row of numbers for each thing that is drawn.
    private struct Draws {
        var arrivals: SimulationNumbers
        var durations: SimulationNumbers
        var errors: SimulationNumbers
        var weights: SimulationNumbers
        var owners: SimulationNumbers
        var fates: SimulationNumbers

        init(seed: UInt64) {
            arrivals = SimulationNumbers(seed: seed, purpose: 1)
            durations = SimulationNumbers(seed: seed, purpose: 2)
            errors = SimulationNumbers(seed: seed, purpose: 3)
            weights = SimulationNumbers(seed: seed, purpose: 4)
            owners = SimulationNumbers(seed: seed, purpose: 5)
            fates = SimulationNumbers(seed: seed, purpose: 6)
        }
    }

    /// The place that a number from 0 to 1 falls on.
    private static func pick(_ weights: [Double], _ unit: Double) -> Int {
        var rest = unit * weights.reduce(0, +)
        for (place, weight) in weights.enumerated() {
            rest -= weight
            if rest < 0 { return place }
        }
        return weights.count - 1
    }
}
