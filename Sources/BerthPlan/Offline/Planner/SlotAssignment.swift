/// Gives each job the same slots for all of its time: colouring of intervals, which needs no more slots than run at once.
enum SlotAssignment {
    /// The slots of each job, counted from one; none where the problem has no slots.
    static func slots(_ problem: Problem, _ schedule: Schedule) -> [[Int]] {
        var slots = [[Int]](repeating: [], count: problem.count)
        guard let resource = problem.resources.firstIndex(of: .slots) else { return slots }
        var free = Set(1...max(1, problem.capacities[resource]))
        var running: [Int] = []
        for job in problem.durations.indices.sorted(by: { (schedule.starts[$0], $0) < (schedule.starts[$1], $1) }) {
            for other in running where schedule.ends[other] <= schedule.starts[job] { free.formUnion(slots[other]) }
            running.removeAll { schedule.ends[$0] <= schedule.starts[job] }
            slots[job] = Array(free.sorted().prefix(problem.demand(job, resource)))
            free.subtract(slots[job])
            running.append(job)
        }
        return slots
    }
}
