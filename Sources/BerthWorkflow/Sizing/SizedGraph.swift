package import BerthPlan

/// A run's jobs for the planner, with what their sizes were taken from.
package struct SizedGraph: Sendable {
    /// Those that run, in the order of the graph.
    package let jobs: [Job]
    package let sizes: [Job.ID: JobSize]
    /// Further resources of the machine: limits of matrices and concurrency groups.
    package let limits: Amounts

    /// Sizes all jobs of a graph that run.
    package init(_ graph: JobGraph, _ sizing: JobSizing = JobSizing()) {
        let waits = Predecessors(graph)
        var sizes: [Job.ID: JobSize] = [:]
        jobs = graph.running.map { job in
            let size = sizing.size(of: job)
            sizes[job.id] = size
            var demand: Amounts = [.memory: size.memory.value, .processors: size.processors.value]
            for limit in job.limits { demand[limit] = 1 }
            return Job(
                job.id, duration: size.duration.value, weight: size.weight.value, demand: demand,
                after: waits.of(job), owner: sizing.repository)
        }
        self.sizes = sizes
        limits = graph.limits
    }
}

/// What running jobs wait for: in a skipped job's place what that one waited for, as it is skipped only then.
private struct Predecessors {
    private var skipped: [Job.ID: [Job.ID]] = [:]

    init(_ graph: JobGraph) {
        for job in graph.jobs {
            if case .skipped = job.standing { skipped[job.id] = job.needs }
        }
    }

    func of(_ job: WorkflowJob) -> [Job.ID] {
        var found: [Job.ID] = []
        var seen: Set<Job.ID> = []
        var waiting = Array(job.needs.reversed())
        while let next = waiting.popLast() {
            guard seen.insert(next).inserted else { continue }
            if let above = skipped[next] { waiting += above.reversed() } else { found.append(next) }
        }
        return found
    }
}
