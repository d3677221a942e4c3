/// The best schedule so far, over core numbers.
struct Incumbent: Comparable, Sendable {
    var makespan: Int
    var starts: ContiguousArray<Int>
    var ends: ContiguousArray<Int>

    /// The shorter one is the smaller one.
    static func < (left: Incumbent, right: Incumbent) -> Bool { left.makespan < right.makespan }

    /// The schedule over the numbers of the problem.
    func schedule(_ core: Core) -> Schedule {
        var (starts, ends) = ([Int](repeating: 0, count: core.count), [Int](repeating: 0, count: core.count))
        for job in 0..<core.count {
            starts[core.origin[job]] = self.starts[job]
            ends[core.origin[job]] = self.ends[job]
        }
        return Schedule(starts: starts, ends: ends)
    }
}
