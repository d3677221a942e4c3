internal import Foundation
internal import Testing

@testable import BerthPlan

/// Numbers by chance, and the functions that they are made with.
struct SimulationNumbersTests {
    @Test func `logarithm and exponential agree with the C library to a few units in the last place`() {
        for power in stride(from: -40.0, through: 40, by: 0.37) {
            let value = pow(2, power) * 1.1
            #expect(abs(RealFunctions.logarithm(value) - log(value)) <= 4e-16 * max(1, abs(log(value))))
            #expect(abs(RealFunctions.exponential(power) / exp(power) - 1) < 1e-14)
        }
        #expect(RealFunctions.logarithm(1) == 0)
        #expect(RealFunctions.logarithm(0) == -.infinity)
        #expect(RealFunctions.exponential(0) == 1)
        #expect(RealFunctions.exponential(-1000) == 0)
    }

    @Test func `distributions have their means and deviations`() {
        var numbers = SimulationNumbers(seed: 3)
        let count = 40_000
        let normal = (0..<count).map { _ in numbers.normal() }
        let exponential = (0..<count).map { _ in numbers.exponential() }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(count) }
        #expect(abs(mean(normal)) < 0.02)
        #expect(abs(mean(normal.map { $0 * $0 }) - 1) < 0.03)
        #expect(abs(mean(exponential) - 1) < 0.02)
        #expect(abs(mean(exponential.map { $0 * $0 }) - 2) < 0.1)
    }

    @Test func `rows of neighbouring seeds and of other purposes are not one row, shifted`() {
        func row(_ seed: UInt64, _ purpose: UInt64 = 0) -> [UInt64] {
            var numbers = SimulationNumbers(seed: seed, purpose: purpose)
            return (0..<200).map { _ in numbers.next() }
        }
        let rows = [row(1), row(2), row(3), row(1, 1), row(1, 2)]
        #expect(Set(rows.flatMap { $0 }).count == 1000)
        #expect(row(1) == rows[0])
    }

    @Test func `a model offers the load, the shares and the durations that it names`() {
        var model = ArrivalModel(load: 0.7, jobs: 20_000)
        (model.failingShare, model.cancelledShare) = (0.1, 0.05)
        let jobs = model.trace(seed: 5).jobs
        let (count, span) = (Double(jobs.count), jobs[jobs.count - 1].arrival.inSeconds)
        let seconds = jobs.map(\.duration.inSeconds)
        let mean = seconds.reduce(0, +) / count
        #expect(abs(mean - 182) < 12)
        #expect(abs(count / span * 182 / 2 - 0.7) < 0.02)
        #expect(abs(Double(jobs.count { $0.job.weight == .heavy }) / count - 0.25) < 0.01)
        #expect(jobs.allSatisfy { $0.job.demand[.memory] == ($0.job.weight == .heavy ? 8 : 3) << 30 })
        let errors = jobs.map { log($0.job.duration.expected.inSeconds / $0.duration.inSeconds) }
        #expect(abs(errors.reduce(0) { $0 + $1 * $1 } / count - 0.25) < 0.01)
        // The variance of a log-normal sample converges slowly; that of its logarithm doesn't.
        let logs = seconds.map { log($0) }
        let middle = logs.reduce(0, +) / count
        #expect(abs(logs.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / count - log(6.8)) < 0.05)
        #expect(abs(Double(jobs.count(where: \.fails)) / count - 0.1) < 0.01)
        #expect(abs(Double(jobs.count { $0.cancelledAfter != nil }) / count - 0.05) < 0.01)
        let owners = Dictionary(grouping: jobs, by: \.job.owner).mapValues(\.count)
        #expect(owners.count == 4)
        #expect(abs(Double(owners["owner-1"] ?? 0) / count - 0.48) < 0.015)
    }

    @Test func `one seed gives the same jobs at each load, only closer together`() {
        let (low, high) = (
            ArrivalModel(load: 0.4, jobs: 50).trace(seed: 8), ArrivalModel(load: 0.8, jobs: 50).trace(seed: 8)
        )
        #expect(low.jobs.map(\.duration) == high.jobs.map(\.duration))
        #expect(low.jobs.map(\.job) == high.jobs.map(\.job))
        for (slow, fast) in zip(low.jobs, high.jobs) {
            #expect(abs(slow.arrival.inSeconds / fast.arrival.inSeconds - 2) < 1e-9)
        }
    }
}
