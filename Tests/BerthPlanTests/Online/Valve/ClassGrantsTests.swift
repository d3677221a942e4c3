internal import Testing

@testable import BerthPlan

/// How many jobs of each class are let in.
struct ClassGrantsTests {
    static let light = JobClass("berth-light", weight: .light, demand: [.memory: 3])
    static let heavy = JobClass("berth-heavy", weight: .heavy, demand: [.memory: 8])

    private static func waiting(_ count: Int, since: Int = 0, seconds: Int = 60) -> [ClassLoad.Waiting] {
        (0..<count).map { _ in .init(arrived: .seconds(since), duration: .init(.seconds(seconds))) }
    }

    private static func grants(
        heavy heavyLoad: (assigned: Int, waiting: [ClassLoad.Waiting]),
        light lightLoad: (assigned: Int, waiting: [ClassLoad.Waiting]), memory: Int = 12, turn: Int = 0,
        now: Int = 100
    ) -> [Int] {
        func times(_ count: Int) -> [Duration] { (0..<count).map { .seconds($0) } }
        let loads = [
            ClassLoad(heavy, assigned: times(heavyLoad.assigned), waiting: heavyLoad.waiting),
            ClassLoad(light, assigned: times(lightLoad.assigned), waiting: lightLoad.waiting),
        ]
        let machine = Machine(slots: 2, also: [.memory: memory])
        return ClassGrants(loads, on: machine, under: .berth, now: .seconds(now), turn: turn).counts
    }

    @Test func `an idle host lets in one of each, or two light ones where that is what waits`() {
        #expect(Self.grants(heavy: (0, []), light: (0, [])) == [1, 1])
        #expect(Self.grants(heavy: (0, []), light: (0, Self.waiting(3))) == [0, 2])
        #expect(Self.grants(heavy: (0, Self.waiting(3)), light: (0, [])) == [1, 1])
        #expect(Self.grants(heavy: (0, Self.waiting(1)), light: (0, Self.waiting(1))) == [1, 1])
    }

    @Test func `a grant needs its memory`() {
        #expect(Self.grants(heavy: (0, Self.waiting(1)), light: (0, []), memory: 10) == [1, 0])
        #expect(Self.grants(heavy: (0, []), light: (1, []), memory: 10) == [0, 1])
        #expect(Self.grants(heavy: (0, []), light: (0, []), memory: 2) == [0, 0])
    }

    @Test func `beside a heavy job only light ones are let in, and a full host lets in nobody`() {
        #expect(Self.grants(heavy: (1, Self.waiting(5)), light: (0, [])) == [0, 1])
        #expect(Self.grants(heavy: (1, Self.waiting(5)), light: (1, Self.waiting(5))) == [0, 0])
        #expect(Self.grants(heavy: (2, []), light: (1, Self.waiting(5))) == [0, 0])
    }

    @Test func `what nobody waits for goes to the classes in turn`() {
        #expect(Self.grants(heavy: (0, []), light: (1, []), turn: 0) == [1, 0])
        #expect(Self.grants(heavy: (0, []), light: (1, []), turn: 1) == [0, 1])
        #expect(Self.grants(heavy: (0, []), light: (1, []), turn: -1) == [0, 1])
    }

    @Test func `the slot of a class whose job has waited too long is given to no other`() {
        let large = JobClass("berth-large", weight: .light, demand: [.memory: 12])
        let old = ClassLoad(large, waiting: Self.waiting(1))
        let young = ClassLoad(Self.light, assigned: [.zero], waiting: Self.waiting(4, since: 11_000))
        let machine = Machine(slots: 2, also: [.memory: 12])
        for (now, counts, reserved) in [(10_000, [0, 1], nil), (11_000, [0, 0], large)] {
            let grants = ClassGrants([old, young], on: machine, under: .berth, now: .seconds(now))
            #expect(grants.counts == counts)
            #expect(grants.reserved == reserved)
        }
    }

    @Test func `grants with all that is assigned never exceed the machine`() {
        var numbers = SimulationNumbers(seed: 11)
        let classes = [Self.heavy, Self.light, JobClass("mid", weight: .light, demand: [.memory: 5])]
        for _ in 0..<500 {
            let machine = Machine(
                slots: Int.random(in: 1...4, using: &numbers), also: [.memory: Int.random(in: 2...24, using: &numbers)])
            var held = Amounts()
            let loads = classes.map { kind in
                var load = ClassLoad(kind, waiting: Self.waiting(Int.random(in: 0...3, using: &numbers)))
                while numbers.unit() < 0.4, (held + kind.holds).fits(in: machine.capacity) {
                    held = held + kind.holds
                    load.assigned.append(.zero)
                }
                return load
            }
            let policy = OnlinePolicy.all.randomElement(using: &numbers) ?? .berth
            let grants = ClassGrants(loads, on: machine, under: policy, now: .seconds(50), turn: 1)
            for (place, count) in grants.counts.enumerated() {
                for _ in 0..<count { held = held + classes[place].holds }
            }
            #expect(held.fits(in: machine.capacity))
            // Nothing is left that another light job would fit in.
            let more = held + Self.light.holds
            #expect(policy == .fifo || !more.fits(in: machine.capacity) || grants.counts == [0, 0, 0])
        }
    }
}
