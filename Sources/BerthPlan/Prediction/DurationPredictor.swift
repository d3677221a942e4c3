/// Foretells a run from those like it: duration, memory, and the limit after which it is killed.
///
/// After Tsafrir, Etsion and Feitelson (TPDS 2007): recent runs of the same job say more than a long history, and the
/// kill limit is not the prediction. Failures and cancellations end early, so they are counted and not learned from.
package struct DurationPredictor: Sendable {
    package var defaults: PredictionDefaults

    package init(_ defaults: PredictionDefaults = .init()) { self.defaults = defaults }

    /// Runs that the duration is from, at most.
    static let window = 20
    /// Runs that are looked at to find them among failures and cancellations.
    static let sight = 60
    /// Runs from which on a level is trusted; where no level has as many, the first with any run.
    static let enough = 2

    /// The prediction for a run; what the records throw goes on to the caller.
    package func predict(_ key: RunKey, from records: some RunRecords) throws -> Prediction {
        var first: Prediction?
        var memory: Int?
        var nothing = estimate([], nil)
        for level in KeyLevel.allCases {
            let found = try records.newest(Self.sight, like: key, at: level)
            var prediction = estimate(found, level)
            memory = memory ?? prediction.memory
            prediction.memory = memory
            if prediction.samples >= Self.enough { return prediction }
            if prediction.samples > 0, first == nil { first = prediction }
            // Of a job that has never succeeded, that much is known.
            if level == .anyCell {
                (nothing.failures, nothing.cancellations) = (prediction.failures, prediction.cancellations)
                nothing.killLimit = prediction.killLimit
            }
        }
        if let first { return first }
        nothing.memory = memory
        return nothing
    }

    /// What these runs say, newest first.
    private func estimate(_ runs: [RunRecord], _ level: KeyLevel?) -> Prediction {
        let seconds = runs.lazy.filter(\.teachesDuration).prefix(Self.window).map { max(1e-3, $0.seconds) }
        let newestFirst = Array(seconds)
        let sorted = newestFirst.sorted()
        return Prediction(
            duration: duration(newestFirst, sorted, level),
            median: Quantile.of(sorted, at: 0.5).map { .bounded(seconds: $0) },
            quantile90: Quantile.of(sorted, at: 0.9).map { .bounded(seconds: $0) },
            memory: memory(runs), killLimit: killLimit(runs, sorted), level: sorted.isEmpty ? nil : level,
            samples: sorted.count,
            failures: runs.count { $0.ending != .succeeded && $0.ending != .cancelled },
            cancellations: runs.count { $0.ending == .cancelled })
    }

    /// Of one job the recency-weighted mean; of different jobs the median, with no less than the spread of the
    /// defaults.
    private func duration(_ newestFirst: [Double], _ sorted: [Double], _ level: KeyLevel?) -> DurationEstimate {
        guard let level, let mean = RecencyWeights.mean(newestFirst), let median = Quantile.of(sorted, at: 0.5) else {
            return defaults.duration
        }
        let spread = RecencyWeights.spread(newestFirst)
        return level.isOneJob
            ? DurationEstimate(.bounded(seconds: mean), spread: spread)
            : DurationEstimate(.bounded(seconds: median), spread: max(spread, defaults.duration.spread))
    }

    /// The 95th of a hundred peaks and a tenth more; whoever was killed for memory wanted half as much again.
    private func memory(_ runs: [RunRecord]) -> Int? {
        let peaks = runs.lazy.filter { $0.ending != .cancelled && $0.ending != .timedOut }.compactMap { run in
            run.peak.map { Double(max(0, $0)) * (run.ending == .outOfMemory ? 1.5 : 1) }
        }
        return Quantile.of(Array(peaks.prefix(Self.window)).sorted(), at: 0.95).map { Int(min($0 * 1.1, 0x1p62)) }
    }

    /// Three times the 90th of a hundred, and twice what any run needed or was killed at, between the limits.
    private func killLimit(_ runs: [RunRecord], _ sorted: [Double]) -> Duration {
        let killed =
            runs.lazy.filter { $0.ending == .timedOut && $0.slept <= 0 && $0.seconds.isFinite }
            .map(\.seconds).max() ?? 0
        guard let longest = sorted.last, let high = Quantile.of(sorted, at: 0.9) else {
            return killed > 0 ? bounded(2 * killed) : defaults.longest
        }
        return bounded(max(3 * high, 2 * longest, 2 * killed))
    }

    private func bounded(_ seconds: Double) -> Duration {
        let (low, high) = (defaults.shortestLimit.inSeconds, defaults.longest.inSeconds)
        return .bounded(seconds: min(high, max(low, seconds)))
    }
}
