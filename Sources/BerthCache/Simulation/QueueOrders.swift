/// First in, first out.
struct FIFOOrder: SimulatedOrder {
    private var row: ObjectRow

    init(count: Int, capacity: Int64) { row = ObjectRow(count: count) }

    mutating func insert(_ object: Int, size: Int64, cost: Double) { row.add(object) }

    mutating func hit(_ object: Int) {}

    mutating func remove(_ object: Int) { row.remove(object) }

    mutating func evict() -> Int? {
        guard row.count > 0 else { return nil }
        let object = row.oldest
        row.remove(object)
        return object
    }
}

/// Least recently used.
struct LRUOrder: SimulatedOrder {
    private var row: ObjectRow

    init(count: Int, capacity: Int64) { row = ObjectRow(count: count) }

    mutating func insert(_ object: Int, size: Int64, cost: Double) { row.add(object) }

    mutating func hit(_ object: Int) {
        row.remove(object)
        row.add(object)
    }

    mutating func remove(_ object: Int) { row.remove(object) }

    mutating func evict() -> Int? {
        guard row.count > 0 else { return nil }
        let object = row.oldest
        row.remove(object)
        return object
    }
}

/// SIEVE (Zhang and others, NSDI '24): a hand goes from the oldest to the newest, spares once whoever was hit since it
/// last passed, and takes the others.
struct SIEVEOrder: SimulatedOrder {
    private var row: ObjectRow
    private var isVisited: [Bool]
    /// -1: at the oldest.
    private var hand = -1

    init(count: Int, capacity: Int64) {
        row = ObjectRow(count: count)
        isVisited = Array(repeating: false, count: count)
    }

    mutating func insert(_ object: Int, size: Int64, cost: Double) {
        isVisited[object] = false
        row.add(object)
    }

    mutating func hit(_ object: Int) { isVisited[object] = true }

    mutating func remove(_ object: Int) {
        if hand == object { hand = row.newer(than: object) }
        row.remove(object)
    }

    mutating func evict() -> Int? {
        guard row.count > 0 else { return nil }
        var object = hand >= 0 ? hand : row.oldest
        while isVisited[object] {
            isVisited[object] = false
            let next = row.newer(than: object)
            object = next >= 0 ? next : row.oldest
        }
        hand = row.newer(than: object)
        row.remove(object)
        return object
    }
}
