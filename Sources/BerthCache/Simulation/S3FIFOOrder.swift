/// S3-FIFO (Yang and others, SOSP '23): a small queue of a tenth of the bytes, a main queue, and a memory of what left
/// the small one; what comes back from that memory goes to the main queue at once.
struct S3FIFOOrder: SimulatedOrder {
    private enum Place: UInt8 { case nowhere, small, main }

    private var small: ObjectRow
    private var main: ObjectRow
    private var ghosts: ObjectRow
    private var place: [Place]
    private var isGhost: [Bool]
    private var frequency: [UInt8]
    private var sizes: [Int64]
    private var smallBytes: Int64 = 0
    private var ghostBytes: Int64 = 0
    private let smallLimit: Int64
    private let ghostLimit: Int64

    init(count: Int, capacity: Int64) {
        (small, main, ghosts) = (ObjectRow(count: count), ObjectRow(count: count), ObjectRow(count: count))
        place = Array(repeating: .nowhere, count: count)
        isGhost = Array(repeating: false, count: count)
        frequency = Array(repeating: 0, count: count)
        sizes = Array(repeating: 0, count: count)
        smallLimit = capacity / 10
        ghostLimit = capacity - smallLimit
    }

    mutating func insert(_ object: Int, size: Int64, cost: Double) {
        (sizes[object], frequency[object]) = (size, 0)
        if isGhost[object] {
            forget(object)
            main.add(object)
            place[object] = .main
        } else {
            small.add(object)
            smallBytes += size
            place[object] = .small
        }
    }

    mutating func hit(_ object: Int) { frequency[object] = min(3, frequency[object] + 1) }

    mutating func remove(_ object: Int) {
        if place[object] == .small {
            small.remove(object)
            smallBytes -= sizes[object]
        } else {
            main.remove(object)
        }
        place[object] = .nowhere
    }

    mutating func evict() -> Int? {
        while small.count + main.count > 0 {
            if small.count > 0, smallBytes > smallLimit || main.count == 0 {
                let object = small.oldest
                remove(object)
                guard frequency[object] > 1 else {
                    remember(object)
                    return object
                }
                frequency[object] = 0
                main.add(object)
                place[object] = .main
            } else {
                let object = main.oldest
                remove(object)
                guard frequency[object] > 0 else { return object }
                frequency[object] -= 1
                main.add(object)
                place[object] = .main
            }
        }
        return nil
    }

    private mutating func remember(_ object: Int) {
        if isGhost[object] { forget(object) }
        ghosts.add(object)
        isGhost[object] = true
        ghostBytes += sizes[object]
        while ghostBytes > ghostLimit, ghosts.count > 0 { forget(ghosts.oldest) }
    }

    private mutating func forget(_ object: Int) {
        ghosts.remove(object)
        isGhost[object] = false
        ghostBytes -= sizes[object]
    }
}
