package import BerthArchive
internal import BerthSystem

/// An algorithm with or without dead entries first.
package struct SimulatedPolicy: Sendable, Hashable {
    package enum Algorithm: String, Sendable, Codable, CaseIterable {
        case lru, fifo, sieve, s3fifo, gdsf
        case gdsfCost = "gdsf-cost"
    }

    package let algorithm: Algorithm
    package let deadFirst: Bool

    package init(_ algorithm: Algorithm, deadFirst: Bool) { (self.algorithm, self.deadFirst) = (algorithm, deadFirst) }

    /// `sieve`, `sieve+dead`.
    package var name: String { algorithm.rawValue + (deadFirst ? "+dead" : "") }

    /// All of them, plain ones first.
    package static let all = [false, true].flatMap { dead in
        Algorithm.allCases.map { SimulatedPolicy($0, deadFirst: dead) }
    }

    /// Reads a name; throws `.usage` with the known ones.
    package init(name: String) throws {
        guard let known = Self.all.first(where: { $0.name == name }) else {
            throw BerthError(
                .usage, "there is no policy \(name.escaped)",
                remedy: "known are \(Self.all.map(\.name).joined(separator: ", "))")
        }
        self = known
    }

    /// Runs a trace through a cache of this policy.
    package func run(_ trace: CacheTrace, capacity: Int64, shared: Bool = false) -> SimulationCounts {
        func run<Order: SimulatedOrder>(_ order: Order.Type) -> SimulationCounts {
            var cache = SimulatedCache<Order>(trace, capacity: capacity, deadFirst: deadFirst, shared: shared)
            return cache.run()
        }
        switch algorithm {
        case .lru: return run(LRUOrder.self)
        case .fifo: return run(FIFOOrder.self)
        case .sieve: return run(SIEVEOrder.self)
        case .s3fifo: return run(S3FIFOOrder.self)
        case .gdsf: return run(GDSFOrder<EqualHits>.self)
        case .gdsfCost: return run(GDSFOrder<CostlyHits>.self)
        }
    }
}

/// Many runs over one source: every policy at every size, for each seed of the model.
package struct Simulation: Sendable {
    package var sizes: [ByteCount] = Self.usualSizes
    package var policies = SimulatedPolicy.all
    package var timings: [PullTiming] = [.lognormal]
    package var seeds = 10
    /// Whether what contents share counts once.
    package var isShared = false

    package static let usualSizes = [1, 2, 5, 10, 20].map { ByteCount($0 * 1_000_000_000) }

    package init() {}

    /// All runs of one setting: its counts by policy and size, one for each seed, and those of a cache without end.
    package struct Outcome: Sendable {
        package let timing: PullTiming?
        package let trace: CacheTrace
        /// `counts[policy][size][seed]`.
        package let counts: [[[SimulationCounts]]]
        package let infinite: [SimulationCounts]
    }

    /// Runs everything, one setting after the other, on as many threads as the machine has processors.
    package func run(_ source: TraceSource) async throws -> [Outcome] {
        switch source {
        case .lookups(let trace): return [try await run(timing: nil, seeds: 1) { _ in trace }]
        case .lockfiles(let streams):
            var outcomes: [Outcome] = []
            for timing in timings {
                let model = LockfileModel(streams, timing: timing)
                outcomes.append(
                    try await run(timing: timing, seeds: seeds) { model.trace(seed: $0, withParts: isShared) })
            }
            return outcomes
        }
    }

    private struct SeedRun: Sendable {
        let trace: CacheTrace
        let counts: [[SimulationCounts]]
        let infinite: SimulationCounts
    }

    private func run(
        timing: PullTiming?, seeds: Int, _ make: @Sendable @escaping (UInt64) -> CacheTrace
    ) async throws -> Outcome {
        let (policies, sizes, isShared) = (policies, sizes, isShared)
        let runs = try await inParallel(Array(1...max(1, seeds)), limit: Machine.processors) { seed in
            try await offload {
                let trace = make(UInt64(seed))
                return SeedRun(
                    trace: trace,
                    counts: policies.map { policy in
                        sizes.map { policy.run(trace, capacity: $0.value, shared: isShared) }
                    },
                    infinite: SimulatedPolicy(.fifo, deadFirst: false).run(trace, capacity: .max / 4, shared: isShared))
            }
        }
        return Outcome(
            timing: timing, trace: runs[0].trace,
            counts: policies.indices.map { policy in
                sizes.indices.map { size in runs.map { $0.counts[policy][size] } }
            }, infinite: runs.map(\.infinite))
    }
}
