/// The mean of a row of durations in which each counts less than the one after it, on the logarithmic scale.
///
/// An exponentially weighted mean: weights (1 − α)^i for the i-th newest, divided by their sum so that the first runs
/// are not favoured. On the logarithmic scale one run that took three times as long weighs no more than one that took a
/// third.
enum RecencyWeights {
    /// The share of the newest; chosen by measurement (docs/design/0017): better than the mean of the last two on
    /// steady, drifting, jumping, outlying and noisy series.
    static let newest = 0.4

    /// Seconds; nil where there is no run.
    ///
    /// `newestFirst` holds seconds above zero.
    static func mean(_ newestFirst: [Double]) -> Double? {
        guard !newestFirst.isEmpty else { return nil }
        var (sum, weights, weight) = (0.0, 0.0, 1.0)
        for seconds in newestFirst {
            sum += weight * RealFunctions.logarithm(seconds)
            weights += weight
            weight *= 1 - newest
        }
        return RealFunctions.exponential(sum / weights)
    }

    /// The deviation of the logarithm of each run over what its forerunners foretold, mixed with what is assumed at
    /// first.
    static func spread(_ newestFirst: [Double]) -> Double {
        var squares = Double(assumedRuns) * assumedSpread * assumedSpread
        var count = assumedRuns
        for index in newestFirst.indices {
            guard let foretold = mean(Array(newestFirst[(index + 1)...])) else { continue }
            let error = RealFunctions.logarithm(newestFirst[index] / foretold)
            squares += error * error
            count += 1
        }
        return (squares / Double(count)).squareRoot()
    }

    /// Before anything is known the estimate is off by this much, and that counts as so many runs.
    private static let assumedSpread = 0.5
    private static let assumedRuns = 2
}
