/// Jobs in an order in which each comes after all it waits for.
enum TopologicalOrder {
    /// The order that keeps closest to the numbers: of all jobs that could be next, the lowest number (Kahn 1962).
    ///
    /// Jobs in a cycle, and those after them, are left out.
    static func of(_ predecessors: [[Int]]) -> [Int] { of(predecessors) { $0 } }

    /// The order in which the lowest key goes first of all jobs that could be next.
    static func of(_ predecessors: [[Int]], key: (Int) -> Int) -> [Int] {
        var successors = [[Int]](repeating: [], count: predecessors.count)
        for (job, before) in predecessors.enumerated() { for other in before { successors[other].append(job) } }
        var open = predecessors.map(\.count)
        var heap = Heap()
        for job in predecessors.indices where open[job] == 0 { heap.insert((key(job), job)) }
        var order: [Int] = []
        while let (_, job) = heap.removeFirst() {
            order.append(job)
            for next in successors[job] {
                open[next] -= 1
                if open[next] == 0 { heap.insert((key(next), next)) }
            }
        }
        return order
    }
}

/// Pairs of key and job, lowest first.
private struct Heap {
    private var items: [(Int, Int)] = []

    mutating func insert(_ item: (Int, Int)) {
        items.append(item)
        var child = items.count - 1
        while child > 0, items[child] < items[(child - 1) / 2] {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeFirst() -> (Int, Int)? {
        guard let first = items.first, let last = items.popLast() else { return nil }
        guard !items.isEmpty else { return first }
        items[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < items.count && items[child] < items[least] {
                least = child
            }
            guard least != parent else { return first }
            items.swapAt(parent, least)
            parent = least
        }
    }
}
