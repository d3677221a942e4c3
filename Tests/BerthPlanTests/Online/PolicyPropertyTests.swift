internal import Testing

@testable import BerthPlan

/// What holds of each policy on any stream.
struct PolicyPropertyTests {
    /// Jobs by chance: bursts and lulls, some for the whole machine, estimates off by a factor of e and more.
    private static func stream(seed: UInt64, jobs count: Int) -> [SimulatedJob] {
        var numbers = SimulationNumbers(seed: seed)
        var arrival = 0.0
        return (0..<count).map { number in
            if numbers.unit() < 0.3 { arrival += numbers.unit() * 400 }
            let duration = 1 + (numbers.unit() * 300).rounded(.down)
            let isHeavy = numbers.unit() < 0.3
            let memory = isHeavy ? [4, 8, 10][Int(numbers.unit() * 3)] : [1, 3, 4, 12][Int(numbers.unit() * 4)]
            let estimate = duration * numbers.logNormal(median: 1, deviation: 1)
            let job = Job(
                Job.ID("\(number)"), duration: .init(.seconds(estimate)), weight: isHeavy ? .heavy : .light,
                demand: [.memory: memory], owner: "\(Int(numbers.unit() * 3))")
            return SimulatedJob(job, arrival: .seconds(arrival), duration: .seconds(duration))
        }
    }

    /// Berth's rule with a limit that streams of minutes reach, besides all policies as they are.
    static let policies = OnlinePolicy.all + [.berth(ageing: .seconds(300), limit: .seconds(600))]

    @Test(arguments: policies, [1, 2, 3] as [UInt64])
    func `no moment sees more than the machine has, nor two heavy jobs, and everybody starts`(
        policy: OnlinePolicy, seed: UInt64
    ) throws {
        let jobs = Self.stream(seed: seed, jobs: 150)
        let outcome = try PlacementSimulation.run(PlacementTrace(jobs: jobs), on: QueueYard.machine, under: policy)
        for (job, placement) in zip(jobs, outcome.placements) {
            let start = try #require(placement.start, "\(placement.job) never starts under \(policy.name)")
            #expect(start >= job.arrival)
            #expect(placement.end == start + job.duration)
            let others = zip(jobs, outcome.placements).filter { _, other in
                guard let begin = other.start, let end = other.end else { return false }
                return begin <= start && start < end
            }.map { $0.0.job }
            #expect(others.count <= 2, "\(policy.name) at \(start)")
            #expect(others.reduce(0) { $0 + $1.demand[.memory] } <= 12, "\(policy.name) at \(start)")
            #expect(others.count { $0.weight == .heavy } <= 1, "\(policy.name) at \(start)")
        }
    }

    @Test(arguments: policies)
    func `the same stream gives the same outcome`(policy: OnlinePolicy) throws {
        let trace = PlacementTrace(jobs: Self.stream(seed: 9, jobs: 120))
        let first = try PlacementSimulation.run(trace, on: QueueYard.machine, under: policy)
        #expect(try PlacementSimulation.run(trace, on: QueueYard.machine, under: policy) == first)
    }

    /// By how much a wait exceeds the stated bound, at most: T + (k + 1) · L.
    private static func excess(_ outcome: PlacementOutcome, _ jobs: [SimulatedJob], limit: Duration) -> Duration {
        let longest = jobs.map(\.duration).max() ?? .zero
        return outcome.placements.indices.map { index in
            let mine = outcome.placements[index]
            let due = mine.arrival + limit
            guard let start = mine.start, start > due else { return .zero - longest }
            let ahead = outcome.placements[..<index].count { $0.start.map { $0 > due } ?? true }
            return start - (due + longest * (ahead + 1))
        }.max() ?? .zero
    }

    @Test(arguments: [4, 5, 6, 7, 8, 9, 10, 11] as [UInt64])
    func `nobody waits longer than the limit and the stated number of longest runs`(seed: UInt64) throws {
        let jobs = Self.stream(seed: seed, jobs: 200)
        for limit in [Duration.zero, .seconds(200), .seconds(2000)] {
            let policy = OnlinePolicy.berth(ageing: .seconds(600), limit: limit)
            let outcome = try PlacementSimulation.run(PlacementTrace(jobs: jobs), on: QueueYard.machine, under: policy)
            #expect(Self.excess(outcome, jobs, limit: limit) <= .zero)
        }
    }

    /// Small jobs without end, which never leave the whole machine free, and one that needs all of it and seems long.
    private static let flood: [SimulatedJob] = {
        let whole = SimulatedJob(
            QueueYard.light("whole", 4000, memory: 12), arrival: .seconds(1), duration: .seconds(50))
        return [whole]
            + (0..<600).map { number in
                // Said to take a second, they take thirty.
                SimulatedJob(
                    QueueYard.light("\(number)", 1), arrival: .seconds(number * 14), duration: .seconds(30))
            }
    }()

    @Test func `a flood of short jobs can't starve one that needs the whole machine`() throws {
        let trace = PlacementTrace(jobs: Self.flood)
        func wait(_ policy: OnlinePolicy) throws -> Duration {
            let outcome = try PlacementSimulation.run(trace, on: QueueYard.machine, under: policy)
            return try #require(outcome.placements.first { $0.job.text == "whole" }?.wait)
        }
        let limit = Duration.seconds(900)
        // One earlier arrival at most: it is there almost from the start.
        #expect(try wait(.berth(ageing: .seconds(3600), limit: limit)) <= limit + .seconds(2 * 50))
        #expect(try wait(.backfill) > .seconds(4000))
        #expect(try wait(.sjf) > .seconds(4000))
    }

    @Test(arguments: [21, 22, 23, 24] as [UInt64])
    func `nobody who fits is kept waiting but for a job past the limit that would lose its room`(seed: UInt64) throws {
        var numbers = SimulationNumbers(seed: seed)
        let jobs = Self.stream(seed: seed, jobs: 400)
        let limit = Duration.seconds(500)
        let policy = OnlinePolicy.berth(ageing: .seconds(300), limit: limit)
        var state = OnlineState(QueueYard.machine)
        var reserved = 0
        for job in jobs {
            try state.apply(.advanced(to: max(state.now, job.arrival)))
            try state.apply(.arrived(job.job, at: job.arrival))
            if numbers.unit() < 0.5, let ending = state.running.randomElement(using: &numbers) {
                try state.apply(.ended(ending.job.id))
            }
            let decision = policy.decide(state)
            for start in decision.starts { try state.apply(.started(start.job)) }
            #expect(decision.waits.map(\.job) == state.queue.map(\.job.id))
            for (entry, wait) in zip(state.queue, decision.waits) where entry.row.fits(in: state.free) {
                let head = try #require(decision.reservation)
                #expect(wait.reason == .reserved(for: head.job))
                let owner = try #require(state.queue.first { $0.job.id == head.job })
                #expect(owner.age(at: state.now) >= limit)
                var room = state.free
                for other in state.running where head.waitsFor.contains(other.job.id) { room += other.row }
                room -= entry.row
                #expect(!owner.row.fits(in: room))
                reserved += 1
            }
        }
        #expect(reserved > 0, "the stream never made a reservation matter")
    }
}
