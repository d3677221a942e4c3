internal import Testing

@testable import BerthPlan

/// A small problem by chance, with parts that can be taken out again.
struct RandomProblem: CustomStringConvertible {
    var durations: [Int]
    var demands: [[Int]]
    var capacities: [Int]
    var predecessors: [[Int]]
    var releases: [Int]
    /// Pairs of a warmer and what it saves each other job.
    var warmers: [Int: [Int: Int]] = [:]

    /// Up to so many jobs over one to three resources; some take no time, some are released late.
    init(seed: UInt64, most: Int, warm: Bool = false) {
        var random = SearchRandom(seed: seed)
        let count = 1 + random.below(most)
        let kinds = 1 + random.below(3)
        capacities = (0..<kinds).map { _ in 1 + random.below(6) }
        durations = (0..<count).map { _ in random.below(8) == 0 ? 0 : 1 + random.below(9) }
        let tops = capacities
        demands = (0..<count).map { _ in tops.map { random.below(3) == 0 ? 0 : random.below($0 + 1) } }
        predecessors = (0..<count).map { job in (0..<job).filter { _ in random.below(5) == 0 } }
        releases = (0..<count).map { _ in random.below(4) == 0 ? random.below(12) : 0 }
        guard warm else { return }
        for warmer in 0..<count where durations[warmer] > 0 && random.below(2) == 0 {
            for job in 0..<count where job != warmer && random.below(2) == 0 {
                warmers[warmer, default: [:]][job] = 1 + random.below(6)
            }
        }
    }

    var description: String {
        "durations: \(durations), demands: \(demands), capacities: \(capacities), predecessors: \(predecessors), "
            + "releases: \(releases), warmers: \(warmers)"
    }

    func problem() throws -> Problem {
        let sources = warmers.sorted { $0.key < $1.key }.map { warmer, savings in
            Warming.Source(Warmth("\(warmer)"), warmers: [warmer], savings: savings)
        }
        return try Problem(
            durations: durations, demands: demands, capacities: capacities, predecessors: predecessors,
            releases: releases, warming: sources.isEmpty ? nil : Warming(sources))
    }

    /// The same without one job.
    private func without(_ job: Int) -> RandomProblem {
        let number = { (other: Int) in other > job ? other - 1 : other }
        var copy = self
        copy.durations.remove(at: job)
        copy.demands.remove(at: job)
        copy.releases.remove(at: job)
        copy.predecessors.remove(at: job)
        copy.predecessors = copy.predecessors.map { $0.filter { $0 != job }.map(number) }
        copy.warmers = warmers.filter { $0.key != job }.reduce(into: [:]) { result, entry in
            result[number(entry.key)] = entry.value.filter { $0.key != job }
                .reduce(into: [:]) { $0[number($1.key)] = $1.value }
        }
        return copy
    }

    /// Looks at many problems, and reports the smallest that breaks a property.
    static func check(
        seeds: ClosedRange<UInt64>, most: Int, warm: Bool = false, _ fault: (Problem) throws -> String?
    ) throws {
        for seed in seeds {
            var instance = RandomProblem(seed: seed, most: most, warm: warm)
            guard var message = try fault(try instance.problem()) else { continue }
            var job = 0
            while job < instance.durations.count, instance.durations.count > 1 {
                let smaller = instance.without(job)
                if let again = try fault(try smaller.problem()) {
                    (instance, message, job) = (smaller, again, 0)
                } else {
                    job += 1
                }
            }
            Issue.record("seed \(seed): \(message)\n\(instance)")
        }
    }
}
