internal import Testing

@testable import BerthPlan

/// Which jobs start, and the reasons.
struct OnlineDecisionTests {
    private static let light = QueueYard.light("light", 60)
    private static let heavy = QueueYard.heavy("heavy", 30)
    private static let runningHeavy = QueueYard.heavy("running", 500)

    @Test func `strict FIFO lets nobody past a head that does not fit`() throws {
        let state = try QueueYard.state(running: [Self.runningHeavy], waiting: [Self.heavy, Self.light])
        let decision = OnlinePolicy.fifo.decide(state)
        #expect(decision.starts.isEmpty)
        #expect(decision.reason(of: "heavy") == .lacks(.heavy, needs: 1, free: 0))
        #expect(decision.reason(of: "light") == .behind(Self.heavy.id))
    }

    @Test(arguments: OnlinePolicy.all.filter { $0 != .fifo })
    func `a heavy head does not block a light job that fits`(policy: OnlinePolicy) throws {
        for now in [10, 20_000] {
            let state = try QueueYard.state(running: [Self.runningHeavy], waiting: [Self.heavy, Self.light], now: now)
            #expect(policy.decide(state).names == ["light"], "\(policy.name) at \(now)")
        }
    }

    @Test func `the shortest goes first, and says whom it passes`() throws {
        let jobs = [QueueYard.heavy("long", 900), QueueYard.heavy("short", 20), QueueYard.light("middle", 100)]
        let decision = OnlinePolicy.sjf.decide(try QueueYard.state(waiting: jobs))
        #expect(decision.names == ["short", "middle"])
        #expect(decision.starts.map(\.reason) == [.first, .first])
        #expect(decision.reason(of: "long") == .lacks(.heavy, needs: 1, free: 0))
        let beside = OnlinePolicy.sjf.decide(try QueueYard.state(running: [Self.runningHeavy], waiting: jobs))
        #expect(beside.starts == [.init(job: Job.ID("middle"), reason: .fits(past: Job.ID("short")))])
    }

    @Test func `an hour of waiting makes a job count as e times shorter`() throws {
        let policy = OnlinePolicy.berth(ageing: .seconds(3600), limit: .seconds(1 << 20))
        for (estimate, first) in [(300.0, "old"), (180.0, "new")] {
            var state = try QueueYard.state(waiting: [QueueYard.heavy("old", 600)], now: 3601)
            try state.apply(.arrived(QueueYard.heavy("new", estimate), at: state.now))
            // 600 / e = 221.
            #expect(policy.decide(state).names == [first])
        }
    }

    @Test func `a job past the limit goes first whatever its length, and room is kept for it`() throws {
        let policy = OnlinePolicy.berth(ageing: .seconds(3600), limit: .seconds(900))
        let whole = QueueYard.light("whole", 5000, memory: 12)
        let running = [QueueYard.light("x", 2000), QueueYard.light("y", 1500)]
        var state = try QueueYard.state(running: running, waiting: [whole, Self.light])
        try state.apply(.ended(Job.ID("y")))
        let decision = policy.decide(state)
        #expect(decision.starts.isEmpty)
        let reservation = Reservation(job: whole.id, waitsFor: [Job.ID("x")], expected: .seconds(2000))
        #expect(decision.reservation == reservation)
        #expect(decision.reason(of: "light") == .reserved(for: whole.id))
        #expect(decision.reason(of: "whole") == .lacks(.memory, needs: 12, free: 9))
        try state.apply(.ended(Job.ID("x")))
        #expect(policy.decide(state).starts == [.init(job: whole.id, reason: .overdue(waited: .seconds(999)))])
    }

    @Test func `beside a reservation others start only where both fit`() throws {
        let policy = OnlinePolicy.berth(ageing: .seconds(3600), limit: .seconds(900))
        let waiting = [Self.heavy, QueueYard.light("big", 10, memory: 4), QueueYard.light("huge", 5, memory: 5)]
        let state = try QueueYard.state(
            on: Machine(slots: 2, also: [.memory: 13]), running: [Self.runningHeavy], waiting: waiting)
        let decision = policy.decide(state)
        #expect(decision.starts == [.init(job: Job.ID("huge"), reason: .beside(reserved: Self.heavy.id))])
        let tight = try QueueYard.state(running: [Self.runningHeavy], waiting: waiting.dropLast() + [Self.light])
        #expect(policy.decide(tight).names == ["big"])
    }

    @Test func `room for a job past the limit is counted by starts, EASY's by expected ends`() throws {
        let machine = Machine(slots: 3, also: [.memory: 10])
        let running = [QueueYard.light("first", 5000, memory: 4), QueueYard.light("second", 1500, memory: 4)]
        let state = try QueueYard.state(on: machine, running: running, waiting: [QueueYard.light("head", memory: 5)])
        let policy = OnlinePolicy.berth(ageing: .seconds(3600), limit: .seconds(900))
        // An estimate may be wrong; that the first was there before all who came past the head is certain.
        #expect(policy.decide(state).reservation?.waitsFor == [Job.ID("first")])
        #expect(OnlinePolicy.easy.decide(state).reservation?.waitsFor == [Job.ID("second")])
    }

    @Test func `EASY lets past who ends before the head can start, and nobody who would delay it`() throws {
        let head = QueueYard.light("head", 100, memory: 12)
        for (seconds, starts) in [(400.0, ["next"]), (600, [])] {
            let next = QueueYard.light("next", seconds)
            let state = try QueueYard.state(running: [Self.runningHeavy], waiting: [head, next], now: 10)
            let decision = OnlinePolicy.easy.decide(state)
            #expect(decision.names == starts)
            #expect(decision.reservation?.job == head.id)
            #expect(decision.reservation?.expected == .seconds(500))
        }
    }

    @Test(arguments: OnlinePolicy.all)
    func `a job larger than the machine is said so at once and blocks nobody`(policy: OnlinePolicy) throws {
        let giant = QueueYard.light("giant", 1, memory: 13)
        var other = QueueYard.light("other", 1)
        other.demand[Resource("gpu")] = 1
        let state = try QueueYard.state(waiting: [giant, other, Self.light], now: 100_000)
        let decision = policy.decide(state)
        #expect(decision.names == ["light"])
        #expect(decision.reason(of: "giant") == .exceeds(.memory, needs: 13, has: 12))
        #expect(decision.reason(of: "other") == .exceeds(Resource("gpu"), needs: 1, has: 0))
        #expect(decision.reservation == nil)
    }

    @Test func `equal scores are told apart by priority, then by the owner with fewer running, then by arrival`() throws
    {
        let running = QueueYard.light("r", 900, owner: "busy")
        let equal = [
            QueueYard.light("a", 100, owner: "busy"), QueueYard.light("b", 100, owner: "idle"),
            QueueYard.light("c", 100, owner: "idle"),
        ]
        let policy = OnlinePolicy.sjf
        #expect(policy.decide(try QueueYard.state(running: [running], waiting: equal)).names == ["b"])
        #expect(policy.decide(try QueueYard.state(waiting: equal)).names == ["a", "b"])
        let urgent = equal + [QueueYard.light("d", 100, owner: "busy", priority: 1)]
        #expect(policy.decide(try QueueYard.state(running: [running], waiting: urgent)).names == ["d"])
        // Of two owners who run nothing, a start of this very decision counts already.
        let two = [
            QueueYard.light("a", 9, owner: "o"), QueueYard.light("b", 9, owner: "o"),
            QueueYard.light("c", 9, owner: "p"),
        ]
        #expect(policy.decide(try QueueYard.state(waiting: two)).names == ["a", "c"])
    }

    @Test func `what is warm moves a job forward`() throws {
        let image = Warmth("image")
        let jobs = [
            QueueYard.heavy("cold", 90),
            Job(
                Job.ID("warm"), duration: .init(.seconds(120)), weight: .heavy, demand: [.memory: 8],
                affinities: [.init(image, saves: .seconds(60))]),
        ]
        for (warm, first) in [(Set<Warmth>(), "cold"), ([image], "warm")] {
            let machine = Machine(slots: 2, also: [.memory: 12], warm: warm)
            #expect(OnlinePolicy.berth.decide(try QueueYard.state(on: machine, waiting: jobs)).names == [first])
        }
    }

    @Test func `policies are found by their names`() {
        let names = ["fifo", "backfill", "easy", "sjf", "aged-sjf", "wfp", "berth"]
        #expect(OnlinePolicy.all.map(\.name) == names)
        #expect(names.compactMap(OnlinePolicy.named) == OnlinePolicy.all)
        #expect(OnlinePolicy.named("lifo") == nil)
    }

    @Test func `reasons read as sentences`() {
        #expect(OnlineDecision.Wait.Reason.lacks(.heavy, needs: 1, free: 0).description == "another heavy job runs")
        #expect(OnlineDecision.Wait.Reason.lacks(.slots, needs: 1, free: 0).description == "needs 1 of slots, 0 free")
        #expect(OnlineDecision.Start.Reason.fits(past: Job.ID("b")).description == "first that fits: b does not yet")
    }

    @Test func `a job explains what it waits for, who holds that, and when it would start`() throws {
        let waiting = [QueueYard.heavy("h1", 100), QueueYard.heavy("h2", 50), QueueYard.light("l", 300)]
        let state = try QueueYard.state(running: [QueueYard.heavy("r", 1200)], waiting: waiting)
        let policy = OnlinePolicy.berth(ageing: .seconds(3600), limit: .seconds(999))
        let first = try #require(policy.explain(Job.ID("h1"), in: state))
        #expect(first.wait == .lacks(.heavy, needs: 1, free: 0))
        #expect(first.holders == [Job.ID("r")])
        let none = QueueYard.light("n", 1)
        let full = try QueueYard.state(running: [none], waiting: waiting + [QueueYard.light("m", memory: 1)])
        let last = try #require(OnlinePolicy.backfill.explain(Job.ID("m"), in: full))
        #expect(last.wait == .lacks(.slots, needs: 1, free: 0))
        #expect(last.holders == [none.id, Job.ID("h1")])
        #expect(first.isReserved)
        #expect((first.waited, first.expected, first.start) == (.seconds(999), .seconds(1200), nil))
        let second = try #require(policy.explain(Job.ID("h2"), in: state))
        #expect((second.isReserved, second.expected) == (false, .seconds(1300)))
        let light = try #require(policy.explain(Job.ID("l"), in: state))
        #expect((light.start, light.wait, light.holders) == (.beside(reserved: Job.ID("h1")), nil, []))
        #expect(light.expected == .seconds(1000))
        #expect(policy.explain(Job.ID("r"), in: state) == nil)
    }

    @Test func `a forecast plays the estimates forward, under the same rules`() throws {
        let waiting = [QueueYard.heavy("h1", 100), QueueYard.heavy("h2", 50), QueueYard.light("l", 300)]
        let state = try QueueYard.state(running: [QueueYard.heavy("r", 1200)], waiting: waiting)
        let starts = OnlinePolicy.backfill.forecast(state)
        #expect(starts.map(\.job.text) == ["l", "h1", "h2"])
        #expect(starts.map(\.start) == [.seconds(1000), .seconds(1200), .seconds(1300)])
        #expect(OnlinePolicy.sjf.forecast(state, limit: 2).map(\.job.text) == ["l", "h2"])
        // 500 of 300 seconds have run: 250 more are expected, and that end does not recede.
        let late = try QueueYard.state(running: [QueueYard.heavy("r", 300)], waiting: waiting, now: 500)
        #expect(OnlinePolicy.backfill.forecast(late).map(\.start) == [.seconds(500), .seconds(750), .seconds(850)])
    }
}
