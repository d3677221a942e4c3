/// What is expected of a run, and from what that is known.
package struct Prediction: Sendable, Hashable {
    /// The recency-weighted duration with its spread.
    package var duration: DurationEstimate
    /// Of the successful runs that were used; nil where there was none.
    package var median: Duration?
    package var quantile90: Duration?
    /// Bytes to reserve: the 95th of a hundred peaks and a tenth more; nil where nobody measured any.
    package var memory: Int?
    /// After which the run is taken for hung: far above the expectation, and no part of it.
    package var killLimit: Duration
    /// How much of the key agreed; nil where nothing is known and the defaults were taken.
    package var level: KeyLevel?
    /// Successful runs, awake throughout, that the duration is from.
    package var samples: Int
    /// Among the runs that were looked at.
    package var failures: Int
    package var cancellations: Int

    /// In words: where the duration is from.
    package var source: String {
        guard let level else { return "default: no run like it is known" }
        return "\(samples) \(samples == 1 ? "run" : "runs") (\(level.rawValue))"
    }
}

/// What is assumed of a run that nothing is known of.
package struct PredictionDefaults: Sendable, Hashable {
    package var duration = DurationEstimate(.seconds(300), spread: 1)
    /// GitHub's own limit, above which no kill limit goes.
    package var longest: Duration = .seconds(6 * 3600)
    /// Below this no kill limit goes.
    package var shortestLimit: Duration = .seconds(600)

    package init() {}
}
