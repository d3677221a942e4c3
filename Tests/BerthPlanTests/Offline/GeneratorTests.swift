internal import Testing

@testable import BerthPlan

/// Every way to make a schedule, against the checker.
struct GeneratorTests {
    @Test func `each rule, the queue and the search give valid schedules, whatever the durations depend on`() throws {
        for warm in [false, true] {
            try RandomProblem.check(seeds: 1...40, most: 30, warm: warm) { problem in
                let checker = ScheduleChecker(problem)
                let core = Core(problem)
                let even = ContiguousArray(repeating: 0, count: core.count)
                for rule in PriorityRule.allCases {
                    var decoder = Decoder(core)
                    let makespan = decoder.decode(rule.order(core, priorities: even))
                    let made = Incumbent(makespan: makespan, starts: decoder.starts, ends: decoder.ends).schedule(core)
                    guard checker.breaches(of: made).isEmpty else { return "\(rule): \(checker.breaches(of: made))" }
                    guard made.makespan == makespan else { return "\(rule): \(made.makespan), not \(makespan)" }
                }
                let queue = checker.breaches(of: StrictQueue.schedule(problem))
                guard queue.isEmpty else { return "queue: \(queue)" }
                let solution = Planner(Planner.Options(schedules: 60, nodes: 200)).plan(problem)
                let breaches = checker.breaches(of: solution.schedule)
                guard breaches.isEmpty, solution.bound <= solution.schedule.makespan else { return "\(breaches)" }
                return nil
            }
        }
    }

    @Test func `hundreds of jobs and amounts of many bits are planned validly`() throws {
        var random = SearchRandom(seed: 7)
        let jobs = (0..<300).map { index in
            Job(
                Job.ID("\(index)"), duration: .init(.milliseconds(1 + random.below(100_000))),
                weight: random.below(3) == 0 ? .heavy : .light,
                demand: [
                    .memory: random.below(12_884_901_889), .processors: random.below(4_001),
                    Resource("disk"): random.below(500_000_000_001 >> 9) << 9,
                ],
                after: (0..<index).filter { _ in random.below(150) == 0 }.map { Job.ID("\($0)") })
        }
        let machine = Machine(
            slots: 3, also: [.memory: 12_884_901_888, .processors: 4_000, Resource("disk"): 500_000_000_000])
        let problem = try Problem(jobs, on: machine)
        #expect(Core(problem).packing.words > 1)
        let solution = Planner(Planner.Options(schedules: 60)).plan(problem)
        #expect(ScheduleChecker(problem).breaches(of: solution.schedule) == [])
        #expect(solution.bound <= solution.schedule.makespan)
    }

    @Test func `justification never makes a schedule longer`() throws {
        try RandomProblem.check(seeds: 100...160, most: 40) { problem in
            let core = Core(problem)
            var (plain, justified) = (Decoder(core), Decoder(core))
            let list = PriorityRule.fileOrder.order(core, priorities: ContiguousArray(repeating: 0, count: core.count))
            let (before, after) = (plain.decode(list, justify: false), justified.decode(list))
            return after <= before ? nil : "\(after) after \(before)"
        }
    }

    @Test func `a mirrored core has heads for tails`() throws {
        let problem = try Problem(
            durations: [2, 3, 4], demands: [[1], [1], [1]], capacities: [2], predecessors: [[], [0], []],
            releases: [1, 0, 0])
        let core = Core(problem)
        let mirrored = core.mirrored()
        #expect(core.heads == [1, 3, 0])
        #expect(core.tails == [3, 0, 0])
        #expect(ContiguousArray(mirrored.heads.reversed()) == core.tails)
        #expect(ContiguousArray(mirrored.tails.reversed()) == core.heads)
    }
}
