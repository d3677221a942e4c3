/// For each job a list of jobs, in two flat arrays.
struct Links: Sendable {
    let offsets: ContiguousArray<Int>
    let items: ContiguousArray<Int>

    init(_ lists: [[Int]]) {
        offsets = lists.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        items = ContiguousArray(lists.joined())
    }

    /// Where the list of a job lies in `items`.
    @inline(__always) func range(_ job: Int) -> Range<Int> { offsets[job]..<offsets[job + 1] }

    /// The lists the other way round.
    func reversed() -> Links {
        var lists = [[Int]](repeating: [], count: offsets.count - 1)
        for job in lists.indices { for place in range(job) { lists[items[place]].append(job) } }
        return Links(lists)
    }
}
