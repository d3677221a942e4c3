internal import Testing

@testable import BerthPlan

/// What events do to a state.
struct OnlineStateTests {
    private let light = QueueYard.light("a", 60)
    private let heavy = QueueYard.heavy("h", 100)

    @Test func `a job goes from the queue to the running ones and away, and what it held is free again`() throws {
        var state = try QueueYard.state(waiting: [heavy, light], now: 10)
        #expect(state.queue.map(\.job.id.text) == ["h", "a"])
        let before = state.free
        try state.apply(.started(heavy.id))
        #expect(state.running.map(\.expectedEnd) == [.seconds(110)])
        #expect(state.queue.map(\.job.id.text) == ["a"])
        #expect(!heavy.holds.fits(in: [.slots: state.free[0], .heavy: state.free[1]]))
        try state.apply(.ended(heavy.id))
        #expect(state.free == before)
        #expect(state.running.isEmpty)
    }

    @Test func `a cancelled job leaves the queue, or its slot`() throws {
        var state = try QueueYard.state(running: [heavy], waiting: [light])
        try state.apply(.cancelled(light.id))
        #expect(state.queue.isEmpty)
        try state.apply(.cancelled(heavy.id))
        #expect(state.running.isEmpty)
        #expect(state.free[0] == 2)
    }

    @Test func `what can't have happened is refused, and changes nothing`() throws {
        var state = try QueueYard.state(running: [heavy], waiting: [light])
        #expect(throws: OnlineFault.duplicate(light.id)) { try state.apply(.arrived(light, at: .zero)) }
        #expect(throws: OnlineFault.duplicate(heavy.id)) { try state.apply(.arrived(heavy, at: .zero)) }
        #expect(throws: OnlineFault.notWaiting(heavy.id)) { try state.apply(.started(heavy.id)) }
        #expect(throws: OnlineFault.notRunning(light.id)) { try state.apply(.ended(light.id)) }
        #expect(throws: OnlineFault.notRunning(Job.ID("x"))) { try state.apply(.cancelled(Job.ID("x"))) }
        #expect(throws: OnlineFault.backwards(from: .seconds(1000), to: .seconds(9))) {
            try state.apply(.advanced(to: .seconds(9)))
        }
        #expect(state.queue.count == 1)
        #expect(state.running.count == 1)
        #expect(state.now == .seconds(1000))
        #expect(OnlineFault.duplicate(light.id).description.contains("its own name"))
    }

    @Test func `nobody ages while the machine sleeps, and what runs ends later`() throws {
        var state = try QueueYard.state(running: [heavy], waiting: [light], now: 31)
        try state.apply(.slept(.seconds(3600)))
        #expect(state.now == .seconds(3631))
        #expect(state.queue[0].age(at: state.now) == .seconds(30))
        #expect(state.running[0].expectedEnd == .seconds(3700))
        // Came while it slept: its age begins when the machine woke.
        try state.apply(.arrived(QueueYard.light("b"), at: .seconds(631)))
        try state.apply(.advanced(to: .seconds(3641)))
        #expect(state.queue.map { $0.age(at: state.now) } == [.seconds(40), .seconds(10)])
    }

    @Test func `of an arrival before a sleep that is told after it, only the sleep is no age`() throws {
        var state = try QueueYard.state(waiting: [], now: 7200)
        try state.apply(.slept(.seconds(60)))
        try state.apply(.arrived(light, at: .zero))
        #expect(state.queue[0].age(at: state.now) == .seconds(7200))
    }

    @Test func `word of an arrival that comes late finds its place in the queue`() throws {
        var state = try QueueYard.state(waiting: [light, QueueYard.light("c")])
        try state.apply(.arrived(QueueYard.light("b"), at: .milliseconds(1500)))
        try state.apply(.arrived(QueueYard.light("0"), at: .zero))
        #expect(state.queue.map(\.job.id.text) == ["0", "a", "b", "c"])
    }

    @Test func `a machine that shrinks under its jobs lets them go on and starts nothing`() throws {
        let running = [QueueYard.light("x"), QueueYard.light("y")]
        var state = try QueueYard.state(running: running, waiting: [light])
        try state.apply(.capacityChanged([.slots: 1, .memory: 12]))
        #expect(state.free[0] == -1)
        try state.apply(.ended(Job.ID("x")))
        #expect(OnlinePolicy.berth.decide(state).starts.isEmpty)
        try state.apply(.ended(Job.ID("y")))
        #expect(OnlinePolicy.berth.decide(state).names == ["a"])
    }

    @Test func `a job that succeeds warms what it warms, and a failed one does not`() throws {
        let image = Warmth("image")
        var first = QueueYard.light("first")
        first.warms = [image]
        let second = QueueYard.light("second", 60, affinities: [.init(image, saves: .seconds(20))])
        for (event, expected) in [(OnlineEvent.failed(first.id), 60.0), (.ended(first.id), 40)] {
            var state = try QueueYard.state(running: [first], waiting: [second])
            try state.apply(event)
            #expect(state.queue[0].estimate == expected)
        }
    }

    @Test func `a job that has outrun its estimate is given half as long again as it has run`() throws {
        let state = try QueueYard.state(running: [light], now: 30)
        #expect(state.running[0].expectedEnd(at: .seconds(30)) == .seconds(60))
        #expect(state.running[0].expectedEnd(at: .seconds(100)) == .seconds(150))
    }
}
