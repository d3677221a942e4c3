/// Some who wait for each other: each of them for all others, directly or through others.
package struct Circle: Sendable, Equatable {
    /// The shortest way round from the lowest number, each waiting for the next and the last for the first.
    package let path: [Int]
    /// Those who wait in circles with them, but not on this way; in their order.
    package let others: [Int]

    /// All circles of a graph, by their lowest numbers; nobody is in two of them.
    ///
    /// `next` has for each whom it waits for, by their numbers in the list.
    package static func all(in next: [[Int]]) -> [Circle] {
        var components = Components(next)
        return components.all().filter { $0.count > 1 || next[$0[0]].contains($0[0]) }
            .sorted { $0[0] < $1[0] }.map { Circle($0, in: next) }
    }

    /// Of the members of a component that has a circle, in order.
    private init(_ members: [Int], in next: [[Int]]) {
        let (inside, first) = (Set(members), members[0])
        // Breadth first, until it is back where it began.
        var (before, queue): ([Int: Int], [Int]) = ([:], [first])
        var place = 0
        while before[first] == nil, place < queue.count {
            for there in next[queue[place]] where inside.contains(there) && before[there] == nil {
                before[there] = queue[place]
                queue.append(there)
            }
            place += 1
        }
        var (back, here): ([Int], Int) = ([], before[first] ?? first)
        while here != first {
            back.append(here)
            here = before[here] ?? first
        }
        path = [first] + back.reversed()
        let named = Set(path)
        others = members.filter { !named.contains($0) }
    }
}

/// Strongly connected components (Tarjan 1972), without recursion.
private struct Components {
    private let next: [[Int]]
    private var numbers: [Int]
    private var lowest: [Int]
    private var stack: [Int] = []
    private var isOpen: [Bool]
    private var count = 0
    private var found: [[Int]] = []

    init(_ next: [[Int]]) {
        self.next = next
        numbers = Array(repeating: -1, count: next.count)
        lowest = numbers
        isOpen = Array(repeating: false, count: next.count)
    }

    /// The members of each, in order.
    mutating func all() -> [[Int]] {
        for root in next.indices where numbers[root] < 0 { visit(root) }
        return found
    }

    private mutating func visit(_ root: Int) {
        open(root)
        var path = [(node: root, edge: 0)]
        while let (node, edge) = path.last {
            guard edge < next[node].count else {
                path.removeLast()
                if let parent = path.last?.node { lowest[parent] = min(lowest[parent], lowest[node]) }
                if lowest[node] == numbers[node] { close(node) }
                continue
            }
            path[path.count - 1].edge += 1
            let target = next[node][edge]
            if numbers[target] < 0 {
                open(target)
                path.append((target, 0))
            } else if isOpen[target] {
                lowest[node] = min(lowest[node], numbers[target])
            }
        }
    }

    private mutating func open(_ node: Int) {
        (numbers[node], lowest[node], isOpen[node]) = (count, count, true)
        stack.append(node)
        count += 1
    }

    /// All that were opened since the first of a component, and are still open, belong to it.
    private mutating func close(_ first: Int) {
        let start = stack.lastIndex(of: first) ?? 0
        let members = stack[start...].sorted()
        for member in members { isOpen[member] = false }
        stack.removeSubrange(start...)
        found.append(members)
    }
}
