/// What a hit is worth to GDSF.
protocol HitValue {
    static func of(_ cost: Double) -> Double
}

/// Every hit counts the same.
enum EqualHits: HitValue {
    static func of(_ cost: Double) -> Double { 1 }
}

/// A hit counts the seconds that it saves.
enum CostlyHits: HitValue {
    static func of(_ cost: Double) -> Double { max(cost, 0.001) }
}

/// Greedy Dual Size Frequency (Cherkasova 1998): whoever has the least `hits * value / size`, added to the priority that
/// the last victim had when it was last hit.
struct GDSFOrder<Value: HitValue>: SimulatedOrder {
    private struct Item {
        let priority: Double
        /// Among equals whoever was touched first goes first.
        let turn: Int
        let object: Int
    }

    private var heap: [Item] = []
    private var turns: [Int]
    private var uses: [Double]
    private var worth: [Double]
    private var turn = 0
    private var inflation = 0.0

    init(count: Int, capacity: Int64) {
        turns = Array(repeating: -1, count: count)
        uses = Array(repeating: 0, count: count)
        worth = Array(repeating: 0, count: count)
    }

    mutating func insert(_ object: Int, size: Int64, cost: Double) {
        uses[object] = 0
        worth[object] = Value.of(cost) * 1e6 / Double(max(1, size))
        hit(object)
    }

    mutating func hit(_ object: Int) {
        uses[object] += 1
        turn += 1
        turns[object] = turn
        push(Item(priority: inflation + uses[object] * worth[object], turn: turn, object: object))
    }

    mutating func remove(_ object: Int) { turns[object] = -1 }

    mutating func evict() -> Int? {
        while let item = pop() {
            // What was hit since, or is gone, stands there once more or not at all.
            guard turns[item.object] == item.turn else { continue }
            turns[item.object] = -1
            inflation = item.priority
            return item.object
        }
        return nil
    }

    private func precedes(_ left: Item, _ right: Item) -> Bool {
        left.priority == right.priority ? left.turn < right.turn : left.priority < right.priority
    }

    private mutating func push(_ item: Item) {
        heap.append(item)
        var child = heap.count - 1
        while child > 0, case let parent = (child - 1) / 2, precedes(heap[child], heap[parent]) {
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func pop() -> Item? {
        guard let first = heap.first else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while case let left = 2 * parent + 1, left < heap.count {
            let right = left + 1
            let child = right < heap.count && precedes(heap[right], heap[left]) ? right : left
            guard precedes(heap[child], heap[parent]) else { break }
            heap.swapAt(child, parent)
            parent = child
        }
        return first
    }
}
