extension Problem {
    /// All that is wrong, job by job, cycles last.
    var faults: [PlanFault.Kind] {
        guard count <= Self.largestCount else { return [.tooMany(count)] }
        var faults: [PlanFault.Kind] = []
        for (index, capacity) in capacities.enumerated() where !(0...(Int.max >> 1)).contains(capacity) {
            faults.append(.capacity(resources[index], capacity))
        }
        for job in durations.indices { faults += self.faults(of: job) }
        guard faults.isEmpty else { return faults }
        return PlanFault.Kind.cycles(in: predecessors) { Job.ID(names[$0]) }
    }

    private func faults(of job: Int) -> [PlanFault.Kind] {
        let id = Job.ID(names[job])
        var faults: [PlanFault.Kind] = []
        let times = 0...Self.longestTime
        if !times.contains(durations[job]) { faults.append(.duration(id, .milliseconds(durations[job]))) }
        if !times.contains(releases[job]) { faults.append(.release(id, .milliseconds(releases[job]))) }
        for (index, resource) in resources.enumerated() {
            let needs = demand(job, index)
            if needs < 0 { faults.append(.negativeDemand(id, resource, needs)) }
            if needs > max(0, capacities[index]) {
                faults.append(.neverFits(id, resource, needs: needs, available: capacities[index]))
            }
        }
        for predecessor in predecessors[job] where !durations.indices.contains(predecessor) {
            faults.append(.unknownPredecessor(id, Job.ID("\(predecessor + 1)")))
        }
        return faults
    }
}
