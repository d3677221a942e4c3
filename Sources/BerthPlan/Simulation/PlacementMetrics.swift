/// An outcome in figures; waits and slowdowns are of jobs that started.
package struct PlacementMetrics: Sendable, Hashable {
    package let started: Int
    package let cancelledWaiting: Int
    package let failed: Int
    /// Still waiting when nothing could happen any more.
    package let neverStarted: Int
    /// Seconds from arrival to start.
    package let meanWait: Double
    package let medianWait: Double
    package let wait95: Double
    package let longestWait: Double
    /// Mean of max(1, (wait + run) / max(run, 10 s)): the bounded slowdown of Feitelson and others (JSSPP 1997).
    package let meanSlowdown: Double
    /// Of the slot-seconds that the awake machine had, those that jobs held.
    package let utilisation: Double
    /// Jain's index of the owners' mean slowdowns, (Σx)² / (n · Σx²): 1 where all fare alike, 1/n at the worst.
    package let fairness: Double

    package init(_ outcome: PlacementOutcome) {
        let placed = outcome.placements.filter { $0.start != nil }
        let waits = placed.compactMap { $0.wait?.inSeconds }.sorted()
        started = placed.count
        cancelledWaiting = outcome.placements.count { $0.start == nil && $0.fate == .cancelled }
        failed = outcome.placements.count { $0.fate == .failed }
        neverStarted = outcome.placements.count { $0.fate == .waiting }
        meanWait = Self.mean(waits)
        medianWait = Quantile.of(waits, at: 0.5) ?? 0
        wait95 = Quantile.of(waits, at: 0.95) ?? 0
        longestWait = waits.last ?? 0
        meanSlowdown = Self.mean(placed.map(Self.slowdown))
        utilisation = outcome.available > 0 ? outcome.busy / outcome.available : 0
        fairness = Self.fairness(placed)
    }

    private static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    private static func slowdown(_ placement: PlacementOutcome.Placement) -> Double {
        guard let start = placement.start, let end = placement.end else { return 1 }
        let (run, stay) = ((end - start).inSeconds, (end - placement.arrival).inSeconds)
        return max(1, stay / max(run, 10))
    }

    private static func fairness(_ placed: [PlacementOutcome.Placement]) -> Double {
        var slowdowns: [String: [Double]] = [:]
        for placement in placed { slowdowns[placement.owner, default: []].append(slowdown(placement)) }
        let means = slowdowns.keys.sorted().compactMap { slowdowns[$0].map(mean) }
        let (sum, squares) = (means.reduce(0, +), means.reduce(0) { $0 + $1 * $1 })
        return squares > 0 ? sum * sum / (Double(means.count) * squares) : 1
    }
}
