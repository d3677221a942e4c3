internal import Testing

@testable import BerthPlan

/// The simulator against a second, naive one, against laws of queues, and by hand.
struct PlacementSimulationTests {
    /// Second by second, without events or state machine: who starts when under FIFO, strict or with backfilling.
    private static func reference(_ jobs: [SimulatedJob], isStrict: Bool) -> [Int] {
        var (starts, now) = ([Int](repeating: -1, count: jobs.count), 0)
        func seconds(_ duration: Duration) -> Int { Int(duration.components.seconds) }
        while starts.contains(-1) {
            for (index, job) in jobs.enumerated() where starts[index] < 0 && seconds(job.arrival) <= now {
                let running = jobs.indices.filter { starts[$0] >= 0 && starts[$0] + seconds(jobs[$0].duration) > now }
                let memory = running.reduce(job.job.demand[.memory]) { $0 + jobs[$1].job.demand[.memory] }
                let heavies = running.count { jobs[$0].job.weight == .heavy } + (job.job.weight == .heavy ? 1 : 0)
                if running.count < 2, memory <= 12, heavies <= 1 {
                    starts[index] = now
                } else if isStrict {
                    break
                }
            }
            now += 1
        }
        return starts
    }

    private static func jobs(seed: UInt64, count: Int = 12) -> [SimulatedJob] {
        var numbers = SimulationNumbers(seed: seed)
        var arrival = 0
        return (0..<count).map { number in
            arrival += Int(numbers.unit() * 12)
            let isHeavy = numbers.unit() < 0.4
            let memory = isHeavy ? 8 : [1, 3, 5, 12][Int(numbers.unit() * 4)]
            let name = "\(number)"
            return SimulatedJob(
                isHeavy ? QueueYard.heavy(name) : QueueYard.light(name, memory: memory), arrival: .seconds(arrival),
                duration: .seconds(1 + Int(numbers.unit() * 20)))
        }
    }

    private static func run(
        _ jobs: [SimulatedJob], _ policy: OnlinePolicy = .fifo, changes: [MachineChange] = []
    ) throws -> PlacementOutcome {
        try PlacementSimulation.run(
            PlacementTrace(jobs: jobs, changes: changes), on: QueueYard.machine, under: policy)
    }

    private static func starts(_ outcome: PlacementOutcome) -> [Duration?] { outcome.placements.map(\.start) }

    @Test func `FIFO and backfilling are what a naive simulation second by second gives`() throws {
        for seed in 1...60 as ClosedRange<UInt64> {
            let jobs = Self.jobs(seed: seed)
            for (policy, isStrict) in [(OnlinePolicy.fifo, true), (.backfill, false)] {
                let expected = Self.reference(jobs, isStrict: isStrict).map { Duration?.some(.seconds($0)) }
                #expect(Self.starts(try Self.run(jobs, policy)) == expected, "seed \(seed), \(policy.name)")
            }
        }
    }

    @Test(arguments: OnlinePolicy.all)
    func `work is conserved, and the queue's length over time is the sum of the waits`(policy: OnlinePolicy) throws {
        let model = ArrivalModel(load: 0.7, jobs: 1500)
        let machine = Machine(slots: 2, also: [.memory: 12 << 30])
        let trace = model.trace(seed: 4)
        let outcome = try PlacementSimulation.run(trace, on: machine, under: policy)
        let metrics = PlacementMetrics(outcome)
        let work = trace.jobs.reduce(0) { $0 + $1.duration.inSeconds }
        #expect(abs(outcome.busy / work - 1) < 1e-9)
        #expect(abs(outcome.waiting - metrics.meanWait * 1500) < 1e-3)
        #expect(abs(metrics.utilisation - work / (2 * outcome.end.inSeconds)) < 1e-9)
        #expect(metrics.started == 1500)
        #expect(metrics.neverStarted == 0)
    }

    @Test func `a single server with Poisson arrivals waits as Pollaczek and Khinchin say`() throws {
        var model = ArrivalModel(load: 0.5, jobs: 30_000)
        (model.slots, model.squaredVariation, model.heavyShare) = (1, 0.5, 0)
        let machine = Machine(slots: 1, also: [.memory: 12 << 30])
        let outcome = try PlacementSimulation.run(model.trace(seed: 2), on: machine, under: .fifo)
        // ρ / (1 − ρ) · (1 + c²) / 2 · E[S]
        let expected = 0.5 / 0.5 * (1 + 0.5) / 2 * 182
        #expect(abs(PlacementMetrics(outcome).meanWait / expected - 1) < 0.06)
    }

    @Test func `a machine that sleeps holds its jobs where they are, and takes arrivals in when it wakes`() throws {
        let jobs = [
            SimulatedJob(QueueYard.heavy("a"), arrival: .zero, duration: .seconds(100)),
            SimulatedJob(QueueYard.light("b"), arrival: .seconds(60), duration: .seconds(10)),
            SimulatedJob(QueueYard.heavy("c"), arrival: .seconds(70), duration: .seconds(10)),
        ]
        let outcome = try Self.run(jobs, .backfill, changes: [.init(at: .seconds(50), .sleeps(.seconds(1000)))])
        #expect(Self.starts(outcome) == [.zero, .seconds(1050), .seconds(1100)])
        #expect(outcome.placements.map(\.end) == [.seconds(1100), .seconds(1060), .seconds(1110)])
        #expect(outcome.asleep == .seconds(1000))
        #expect(abs(outcome.available - 2 * 110) < 1e-9)
        #expect(abs(outcome.busy - 120) < 1e-9)
        #expect(abs(outcome.waiting - (990 + 1030)) < 1e-9)
    }

    @Test func `sleeps that overlap are one`() throws {
        let jobs = [SimulatedJob(QueueYard.heavy("a"), arrival: .zero, duration: .seconds(100))]
        let changes: [MachineChange] = [
            .init(at: .seconds(50), .sleeps(.seconds(100))), .init(at: .seconds(60), .sleeps(.seconds(30))),
            .init(at: .seconds(140), .sleeps(.seconds(60))),
        ]
        let outcome = try Self.run(jobs, changes: changes)
        #expect(outcome.placements[0].end == .seconds(250))
        #expect(outcome.asleep == .seconds(150))
    }

    @Test func `absurd durations, amounts and models make no crash`() throws {
        let endless = Duration.seconds(Int64.max)
        let jobs = [
            SimulatedJob(QueueYard.light("a", 1e18), arrival: .zero, duration: endless),
            SimulatedJob(QueueYard.light("b", -5, memory: -9), arrival: .zero, duration: .seconds(-1)),
            SimulatedJob(QueueYard.light("c", memory: .max), arrival: endless, duration: .zero),
        ]
        let outcome = try Self.run(jobs, .berth, changes: [.init(at: .seconds(1), .capacity([.slots: .max]))])
        #expect(outcome.placements.map(\.fate) == [.succeeded, .succeeded, .waiting])
        var model = ArrivalModel(load: -1, jobs: 3)
        (model.meanDuration, model.squaredVariation, model.slots, model.owners) = (.infinity, -7, 0, 0)
        #expect(model.trace(seed: 1).jobs.count == 3)
    }

    @Test func `slots that go and come back are used as they are there`() throws {
        let jobs = (0..<4).map {
            SimulatedJob(QueueYard.light("\($0)"), arrival: .zero, duration: .seconds(10))
        }
        let changes: [MachineChange] = [
            .init(at: .seconds(5), .capacity([.slots: 1, .memory: 12])),
            .init(at: .seconds(12), .capacity([.slots: 2, .memory: 12])),
        ]
        let outcome = try Self.run(jobs, changes: changes)
        #expect(Self.starts(outcome) == [.zero, .zero, .seconds(10), .seconds(12)])
        // From 5 to 10 a job still runs in the slot that was taken away.
        #expect(abs(outcome.available - (20 + 2 + 20)) < 1e-9)
    }

    @Test func `cancelled jobs leave the queue or their slot, and failures are counted apart`() throws {
        let jobs = [
            SimulatedJob(
                QueueYard.heavy("runs"), arrival: .zero, duration: .seconds(100), cancelledAfter: .seconds(40)),
            SimulatedJob(
                QueueYard.heavy("waits"), arrival: .seconds(1), duration: .seconds(9), cancelledAfter: .seconds(5)),
            SimulatedJob(QueueYard.heavy("fails"), arrival: .seconds(2), duration: .seconds(7), fails: true),
            SimulatedJob(QueueYard.light("giant", memory: 99), arrival: .seconds(3), duration: .seconds(7)),
            SimulatedJob(
                QueueYard.light("done"), arrival: .seconds(4), duration: .seconds(6), cancelledAfter: .seconds(6)),
        ]
        let outcome = try Self.run(jobs, .backfill)
        #expect(Self.starts(outcome) == [.zero, nil, .seconds(40), nil, .seconds(4)])
        #expect(outcome.placements.map(\.fate) == [.cancelled, .cancelled, .failed, .waiting, .succeeded])
        let metrics = PlacementMetrics(outcome)
        #expect((metrics.started, metrics.cancelledWaiting, metrics.failed, metrics.neverStarted) == (3, 1, 1, 1))
        #expect(metrics.longestWait == 38)
    }

    @Test func `somebody cancelled while the machine sleeps never comes`() throws {
        let jobs = [
            SimulatedJob(
                QueueYard.light("a"), arrival: .seconds(20), duration: .seconds(5), cancelledAfter: .seconds(3)),
            SimulatedJob(QueueYard.light("b"), arrival: .seconds(21), duration: .seconds(5)),
        ]
        let outcome = try Self.run(jobs, changes: [.init(at: .seconds(10), .sleeps(.seconds(90)))])
        #expect(outcome.placements.map(\.fate) == [.cancelled, .succeeded])
        #expect(Self.starts(outcome) == [nil, .seconds(100)])
    }

    @Test func `what one job has warmed shortens the next in truth as well`() throws {
        let image = Warmth("image")
        var first = QueueYard.light("first", 60)
        first.warms = [image]
        let second = QueueYard.light("second", 60, affinities: [.init(image, saves: .seconds(20))])
        let jobs = [
            SimulatedJob(first, arrival: .zero, duration: .seconds(50)),
            SimulatedJob(second, arrival: .seconds(60), duration: .seconds(50)),
        ]
        #expect(try Self.run(jobs).placements.map(\.end) == [.seconds(50), .seconds(90)])
    }

    @Test func `two jobs of one name are no trace`() {
        let job = SimulatedJob(QueueYard.light("a"), arrival: .zero, duration: .seconds(5))
        #expect(throws: OnlineFault.duplicate(Job.ID("a"))) { try Self.run([job, job]) }
    }

    @Test func `metrics are what they are by hand`() throws {
        let jobs = [
            SimulatedJob(QueueYard.heavy("a"), arrival: .zero, duration: .seconds(20)),
            SimulatedJob(QueueYard.heavy("b"), arrival: .zero, duration: .seconds(5)),
            SimulatedJob(QueueYard.heavy("c"), arrival: .seconds(5), duration: .seconds(40)),
        ].enumerated().map { index, job in
            var job = job
            job.job.owner = index == 1 ? "small" : "large"
            return job
        }
        let metrics = PlacementMetrics(try Self.run(jobs))
        // Waits 0, 20, 20; slowdowns 1, 25 / 10 as runs below ten seconds count as ten, and 60 / 40.
        #expect((metrics.meanWait, metrics.medianWait, metrics.longestWait) == (40.0 / 3, 20, 20))
        #expect(metrics.meanSlowdown == (1 + 2.5 + 1.5) / 3)
        let (large, small) = (1.25, 2.5)
        #expect(metrics.fairness == (large + small) * (large + small) / (2 * (large * large + small * small)))
        #expect(metrics.utilisation == 0.5)
    }
}
