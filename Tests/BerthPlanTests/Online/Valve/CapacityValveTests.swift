internal import Testing

@testable import BerthPlan

/// How grants become totals, and move between classes.
struct CapacityValveTests {
    private static let (light, heavy) = (ClassGrantsTests.light, ClassGrantsTests.heavy)

    private static func valve() -> CapacityValve {
        CapacityValve([heavy, light], capacity: [.slots: 2, .memory: 12])
    }

    /// Does what the valve says, as the runner would.
    private static func perform(_ actions: [ValveAction], on valve: inout CapacityValve) {
        for action in actions {
            switch action {
            case .cancel(let kind): valve.apply(.cancelled, to: kind.name)
            case .open(let kind, let total): valve.apply(.opened(total: total), to: kind.name)
            }
        }
    }

    @Test func `an absurd answer is not believed, and ends`() {
        var valve = Self.valve()
        valve.apply(.answered(assigned: .max), to: "berth-light")
        valve.apply(.opened(total: .max), to: "berth-heavy")
        #expect(valve.actions(for: [1, 1]).count <= 4)
        #expect(valve.gates.allSatisfy { $0.assigned <= 10_000 })
    }

    @Test func `totals are what is assigned and the grant`() {
        var valve = Self.valve()
        #expect(valve.actions(for: [1, 1]) == [.open(Self.heavy, total: 1), .open(Self.light, total: 1)])
        Self.perform(valve.actions(for: [1, 1]), on: &valve)
        #expect(valve.actions(for: [1, 1]).isEmpty)
        valve.apply(.answered(assigned: 1), to: "berth-light")
        #expect(valve.actions(for: [1, 0]) == [.open(Self.light, total: 1)])
        // The job ended, so the open request lets in one too many.
        Self.perform(valve.actions(for: [1, 0]), on: &valve)
        valve.apply(.assigned(0), to: "berth-light")
        #expect(valve.actions(for: [1, 0]) == [.cancel(Self.light), .open(Self.light, total: 0)])
        #expect(valve.actions(for: [1, 1]).isEmpty)
    }

    @Test func `a grant moves only when the lower request of the class that gave it up was answered`() {
        var valve = Self.valve()
        Self.perform(valve.actions(for: [0, 2]), on: &valve)
        let actions = valve.actions(for: [1, 1])
        #expect(actions == [.cancel(Self.light), .open(Self.light, total: 1)])
        Self.perform(actions, on: &valve)
        // Cancelled, and two may still have been assigned.
        #expect(valve.gates[1].committed == 2)
        #expect(valve.actions(for: [1, 1]).isEmpty)
        valve.apply(.answered(assigned: 0), to: "berth-light")
        let after = valve.actions(for: [1, 1])
        #expect(after == [.cancel(Self.heavy), .open(Self.heavy, total: 1), .open(Self.light, total: 1)])
    }

    @Test func `a job that was assigned while its request was broken off is no surprise`() {
        var valve = Self.valve()
        Self.perform(valve.actions(for: [0, 2]), on: &valve)
        Self.perform(valve.actions(for: [1, 0]), on: &valve)
        valve.apply(.answered(assigned: 2), to: "berth-light")
        // The host is full of light jobs: the heavy one's grant has to wait.
        #expect(valve.actions(for: [1, 0]) == [.open(Self.light, total: 2)])
        #expect(valve.gates[0].open == 0)
    }

    @Test func `a smaller machine grants nothing until enough has ended`() {
        var valve = Self.valve()
        Self.perform(valve.actions(for: [1, 1]), on: &valve)
        valve.apply(.answered(assigned: 1), to: "berth-heavy")
        valve.apply(.answered(assigned: 1), to: "berth-light")
        valve.capacity = [.slots: 1, .memory: 12, .heavy: 1]
        Self.perform(valve.actions(for: [0, 0]), on: &valve)
        valve.apply(.answered(assigned: 0), to: "berth-heavy")
        #expect(valve.actions(for: [1, 0]) == [.open(Self.heavy, total: 0)])
        valve.apply(.assigned(0), to: "berth-light")
        valve.apply(.answered(assigned: 0), to: "berth-light")
        #expect(valve.actions(for: [1, 0]) == [.open(Self.light, total: 0), .open(Self.heavy, total: 1)])
    }

    /// A service that assigns when it likes: while a request is open, and while it is being broken off.
    private struct Service {
        var waiting: [Int]
        var assigned = [0, 0]
        var open: [Int?] = [nil, nil]

        mutating func assign(_ place: Int) -> Bool {
            guard let total = open[place], waiting[place] > 0, assigned[place] < total else { return false }
            waiting[place] -= 1
            assigned[place] += 1
            return true
        }
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `whatever the service does, no more is assigned than fits, and all get in`(seed: UInt64) throws {
        var numbers = SimulationNumbers(seed: seed)
        var (valve, service) = (Self.valve(), Service(waiting: [20, 30]))
        let classes = [Self.heavy, Self.light]
        var (turn, both, steps) = (0, 0, 0)
        while service.waiting != [0, 0], steps < 20_000 {
            steps += 1
            // Whoever can't see the queue asks for what the policy makes of what is assigned.
            let loads = classes.indices.map { place in
                ClassLoad(
                    classes[place], assigned: Array(repeating: .zero, count: valve.gates[place].assigned),
                    waiting: numbers.unit() < 0.5 && service.waiting[place] > 0
                        ? [.init(arrived: .zero, duration: .init(.seconds(60)))] : [])
            }
            let machine = Machine(slots: 2, also: [.memory: 12])
            let grants = ClassGrants(loads, on: machine, under: .berth, now: .seconds(9), turn: turn)
            for action in valve.actions(for: grants.counts) {
                switch action {
                case .cancel(let kind):
                    let place = try #require(classes.firstIndex(of: kind))
                    if numbers.unit() < 0.5 { _ = service.assign(place) }
                    service.open[place] = nil
                    valve.apply(.cancelled, to: kind.name)
                case .open(let kind, let total):
                    let place = try #require(classes.firstIndex(of: kind))
                    #expect(valve.gates[place].open == nil)
                    service.open[place] = total
                    valve.apply(.opened(total: total), to: kind.name)
                }
            }
            let held = classes.indices.reduce(Amounts()) { sum, place in
                (0..<service.assigned[place]).reduce(sum) { all, _ in all + classes[place].holds }
            }
            #expect(held.fits(in: [.slots: 2, .memory: 12, .heavy: 1]))
            both += service.assigned == [1, 1] ? 1 : 0
            let place = Int(numbers.unit() * 2)
            switch Int(numbers.unit() * 4) {
            case 0: _ = service.assign(place)
            case 1 where service.open[place] != nil:
                service.open[place] = nil
                valve.apply(.answered(assigned: service.assigned[place]), to: classes[place].name)
            case 2 where valve.gates[place].assigned > 0:
                // Only jobs that we know of can end here.
                service.assigned[place] -= 1
                valve.apply(.assigned(valve.gates[place].assigned - 1), to: classes[place].name)
            default: turn += 1
            }
        }
        #expect(service.waiting == [0, 0])
        #expect(both > 0)
    }
}
