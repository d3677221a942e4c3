internal import Testing

@testable import BerthPlan

/// Why durations are foretold as they are: measured on invented series.
struct RecencyWeightsTests {
    /// What a series of durations is like, on the logarithmic scale.
    struct Series: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Deviation of each run, and of each step of the underlying duration.
        let noise: Double
        let drift: Double
        /// Share of runs with which it doubles or halves for good, and that take three times as long once.
        let jumps: Double
        let outliers: Double

        func make(_ numbers: inout SimulationNumbers) -> [Double] {
            var level = 4.0
            return (0..<40).map { _ in
                level += drift * numbers.normal()
                if numbers.unit() < jumps { level += numbers.unit() < 0.5 ? -0.693 : 0.693 }
                let outlier = numbers.unit() < outliers ? 1.1 : 0
                return RealFunctions.exponential(level + noise * numbers.normal() + outlier)
            }
        }
    }

    static let all = [
        Series(testDescription: "steady", noise: 0.25, drift: 0, jumps: 0, outliers: 0),
        Series(testDescription: "drifting", noise: 0.25, drift: 0.1, jumps: 0, outliers: 0),
        Series(testDescription: "jumping", noise: 0.2, drift: 0.02, jumps: 0.05, outliers: 0),
        Series(testDescription: "with outliers", noise: 0.2, drift: 0.02, jumps: 0.02, outliers: 0.05),
        Series(testDescription: "noisy", noise: 0.5, drift: 0.05, jumps: 0.02, outliers: 0.02),
    ]

    @Test(arguments: all)
    func `the recency-weighted mean foretells better than the mean of the last two runs`(series: Series) throws {
        var numbers = SimulationNumbers(seed: 17)
        var (weighted, lastTwo) = (0.0, 0.0)
        for _ in 0..<100 {
            let seconds = series.make(&numbers)
            for index in 2..<seconds.count {
                let before = Array(seconds[max(0, index - 20)..<index].reversed())
                let truth = RealFunctions.logarithm(seconds[index])
                weighted += abs(truth - RealFunctions.logarithm(try #require(RecencyWeights.mean(before))))
                lastTwo += abs(truth - RealFunctions.logarithm((before[0] + before[1]) / 2))
            }
        }
        #expect(weighted < lastTwo)
    }

    @Test func `the spread becomes what is seen`() {
        var numbers = SimulationNumbers(seed: 2)
        let runs = (0..<400).map { _ in numbers.logNormal(median: 50, deviation: 0.3) }
        // The forerunners' own error comes on top: weights of 0.4 leave a quarter of the variance.
        #expect(abs(RecencyWeights.spread(runs) - 0.3 * 1.25.squareRoot()) < 0.03)
        #expect(RecencyWeights.spread([]) == 0.5)
        #expect(RecencyWeights.mean([]) == nil)
    }

    @Test func `quantiles lie between the ranks`() {
        #expect(Quantile.of([], at: 0.5) == nil)
        #expect(Quantile.of([7], at: 0.9) == 7)
        #expect(Quantile.of([1, 2, 3, 4], at: 0.5) == 2.5)
        #expect(Quantile.of([1, 2, 3, 4], at: 1) == 4)
        #expect(Quantile.of([1, 2, 3, 4], at: 0) == 1)
    }
}
