/// Which object goes next: one eviction algorithm over numbered objects.
protocol SimulatedOrder {
    /// For objects numbered below `count`, in a cache of `capacity` bytes.
    init(count: Int, capacity: Int64)

    /// A new object came.
    mutating func insert(_ object: Int, size: Int64, cost: Double)
    mutating func hit(_ object: Int)
    /// An object left for another reason than `evict()`.
    mutating func remove(_ object: Int)
    /// Takes out the object that goes next; nil when none is left.
    mutating func evict() -> Int?
}

/// A row of objects from the newest to the oldest, each known by its number: insertion and removal in constant time.
struct ObjectRow {
    private static let none: Int32 = -1
    private var newer: [Int32]
    private var older: [Int32]
    private(set) var newest = -1
    private(set) var oldest = -1
    private(set) var count = 0

    init(count: Int) {
        newer = Array(repeating: Self.none, count: count)
        older = Array(repeating: Self.none, count: count)
    }

    /// The next newer object; -1 after the newest.
    func newer(than object: Int) -> Int { Int(newer[object]) }

    mutating func add(_ object: Int) {
        newer[object] = Self.none
        older[object] = Int32(newest)
        if newest >= 0 { newer[newest] = Int32(object) } else { oldest = object }
        newest = object
        count += 1
    }

    mutating func remove(_ object: Int) {
        let (next, last) = (Int(newer[object]), Int(older[object]))
        if next >= 0 { older[next] = Int32(last) } else { newest = last }
        if last >= 0 { newer[last] = Int32(next) } else { oldest = next }
        count -= 1
    }
}
