/// One cache of a size, run through a trace: no clock, no disk, nothing by chance.
struct SimulatedCache<Order: SimulatedOrder> {
    private let trace: CacheTrace
    private let capacity: Int64
    private let deadFirst: Bool
    private var order: Order
    private var bytes: SimulatedBytes
    private var isResident: [Bool]
    private var dead: DeadObjects
    private var counts = SimulationCounts()

    init(_ trace: CacheTrace, capacity: Int64, deadFirst: Bool, shared: Bool) {
        (self.trace, self.capacity, self.deadFirst) = (trace, capacity, deadFirst)
        order = Order(count: trace.objects.count, capacity: capacity)
        bytes = SimulatedBytes(trace, shared: shared)
        isResident = Array(repeating: false, count: trace.objects.count)
        dead = DeadObjects(trace)
    }

    /// Runs through all events.
    mutating func run() -> SimulationCounts {
        for event in trace.events {
            if event.own >= 0 { look(event) } else if deadFirst { close(Int(event.start)) }
        }
        return counts
    }

    private mutating func look(_ event: CacheTrace.Event) {
        let own = Int(event.own)
        let content = trace.contents[Int(trace.objects[own].content)]
        counts.lookups += 1
        counts.cost += content.cost
        if let found = find(event) {
            counts.hits += 1
            counts.costSaved += content.cost
            order.hit(found)
        } else if event.saves, content.size > 0, content.size <= capacity {
            save(own, content)
        }
    }

    private func find(_ event: CacheTrace.Event) -> Int? {
        if isResident[Int(event.own)] { return Int(event.own) }
        for index in Int(event.start)..<Int(event.start + event.count) {
            let other = Int(trace.others[index])
            if isResident[other] { return other }
        }
        return nil
    }

    /// As in a store, a save comes first, and what it shares or supersedes is known when something has to go.
    private mutating func save(_ object: Int, _ content: CacheTrace.Content) {
        bytes.add(object, trace)
        isResident[object] = true
        if deadFirst { dead.came(object, trace) }
        while bytes.used > capacity {
            guard let victim = nextVictim() else { break }
            isResident[victim] = false
            bytes.remove(victim, trace)
            counts.evictions += 1
        }
        order.insert(object, size: content.size, cost: content.cost)
    }

    private mutating func nextVictim() -> Int? {
        if deadFirst, let object = dead.next(trace, isResident) {
            order.remove(object)
            return object
        }
        return order.evict()
    }

    private mutating func close(_ scope: Int) {
        for object in trace.objectsOfScope[scope] where isResident[Int(object)] { dead.closed(Int(object)) }
    }
}

/// What a run came to.
package struct SimulationCounts: Sendable, Equatable {
    package var lookups = 0
    package var hits = 0
    /// Seconds to make what was looked for, and of that what hits saved.
    package var cost = 0.0
    package var costSaved = 0.0
    package var evictions = 0

    package init() {}
}

/// Bytes in use, counted for each object or once for each part.
private struct SimulatedBytes {
    private(set) var used: Int64 = 0
    private let isShared: Bool
    private var holders: [Int32]

    init(_ trace: CacheTrace, shared: Bool) {
        isShared = shared && trace.hasParts
        holders = Array(repeating: 0, count: isShared ? trace.partSizes.count : 0)
    }

    mutating func add(_ object: Int, _ trace: CacheTrace) {
        let content = trace.contents[Int(trace.objects[object].content)]
        guard isShared, !content.parts.isEmpty else { return used += content.size }
        for index in content.parts {
            let part = Int(trace.parts[index])
            if holders[part] == 0 { used += trace.partSizes[part] }
            holders[part] += 1
        }
    }

    mutating func remove(_ object: Int, _ trace: CacheTrace) {
        let content = trace.contents[Int(trace.objects[object].content)]
        guard isShared, !content.parts.isEmpty else { return used -= content.size }
        for index in content.parts {
            let part = Int(trace.parts[index])
            holders[part] -= 1
            if holders[part] == 0 { used -= trace.partSizes[part] }
        }
    }
}

/// Objects of closed scopes, and those with a newer one of their family in the same scope: oldest death first.
private struct DeadObjects {
    private enum Mark: UInt8 { case none, superseded, closed }

    private var marks: [Mark]
    private var newest: [Int32]
    private var superseded: [Int32] = []
    private var closedOnes: [Int32] = []
    private var supersededHead = 0
    private var closedHead = 0

    init(_ trace: CacheTrace) {
        marks = Array(repeating: .none, count: trace.objects.count)
        newest = Array(repeating: -1, count: trace.families)
    }

    mutating func came(_ object: Int, _ trace: CacheTrace) {
        let family = Int(trace.objects[object].family)
        let before = Int(newest[family])
        newest[family] = Int32(object)
        marks[object] = .none
        guard before >= 0, before != object, marks[before] == .none else { return }
        marks[before] = .superseded
        superseded.append(Int32(before))
    }

    mutating func closed(_ object: Int) {
        marks[object] = .closed
        closedOnes.append(Int32(object))
    }

    /// The next that goes; what went otherwise, or came anew since, is passed over.
    mutating func next(_ trace: CacheTrace, _ isResident: [Bool]) -> Int? {
        while closedHead < closedOnes.count {
            let object = Int(closedOnes[closedHead])
            closedHead += 1
            if isResident[object], marks[object] == .closed { return object }
        }
        while supersededHead < superseded.count {
            let object = Int(superseded[supersededHead])
            supersededHead += 1
            guard isResident[object], marks[object] == .superseded else { continue }
            let newer = Int(newest[Int(trace.objects[object].family)])
            if newer != object, newer >= 0, isResident[newer] { return object }
        }
        return nil
    }
}
