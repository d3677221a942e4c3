internal import BerthDocument
package import BerthPlan
internal import BerthReport
package import BerthWorkflow

/// The jobs of all workflows of a set, ready for the planner, with what their sizes were taken from.
package struct PlannableJobs: Sendable {
    package private(set) var jobs: [Job]
    package private(set) var sizes: [Job.ID: JobSize]
    /// As GitHub shows them.
    package let names: [Job.ID: String]
    /// Further resources of the machine: limits of matrices and concurrency groups.
    package let limits: Amounts
    /// Jobs that will not run, and why.
    package let left: [String]
    /// What is not known before the run.
    package let notes: [String]

    package init(_ set: WorkflowSet, _ sizing: JobSizing) {
        var (jobs, limits): ([Job], Amounts) = ([], [:])
        var sizes: [Job.ID: JobSize] = [:]
        var (left, notes): ([String], [String]) = ([], [])
        var shown: [Job.ID: String] = [:]
        for member in set.members {
            let names = Names(set.shownName(of: member))
            let sized = SizedGraph(member.graph, sizing)
            jobs += sized.jobs.map(names.renamed)
            for (id, size) in sized.sizes { sizes[names.id(id)] = size }
            for limit in sized.limits.resources { limits[names.limit(limit)] = sized.limits[limit] }
            for job in member.graph.jobs { shown[names.id(job.id)] = job.name }
            left += member.graph.jobs.compactMap { job in
                if case .skipped(let reason) = job.standing { "\(names.id(job.id)): \(reason)" } else { nil }
            }
            notes += member.graph.unknowns.map(\.description)
        }
        (self.jobs, self.sizes, self.limits) = (jobs, sizes, limits)
        (self.left, self.notes, self.names) = (left, notes, shown)
    }

    /// Jobs without a workflow; of two with one name the first one's size is kept, and the planner names both.
    init(_ jobs: [Job], sizes: [JobSize]) {
        self.jobs = jobs
        self.sizes = Dictionary(zip(jobs.map(\.id), sizes)) { first, _ in first }
        (limits, left, notes, names) = ([:], [], [], [:])
    }

    /// No job uses more processors than there are, and none waits for more; what was asked stays in its source.
    func cut(toProcessors most: Int) -> PlannableJobs {
        var cut = self
        for (index, job) in jobs.enumerated() where job.demand[.processors] > most {
            cut.jobs[index].demand[.processors] = most
            guard let asked = sizes[job.id]?.processors else { continue }
            let number = PlanReport.short(Double(asked.value) / 1000)
            cut.sizes[job.id]?.processors = Sourced(
                most, from: .cut(asked: number, asked.source, to: "what the machine has"))
        }
        return cut
    }

    /// Names of one workflow's jobs beside those of others: `ci.yml: build`.
    private struct Names {
        let file: String?

        init(_ file: String?) { self.file = file }

        func id(_ id: Job.ID) -> Job.ID { file.map { Job.ID("\($0): \(id)") } ?? id }

        /// A concurrency group is the repository's, a matrix its workflow's own.
        func limit(_ resource: Resource) -> Resource {
            guard let file, !resource.name.hasPrefix("concurrency ") else { return resource }
            return Resource("\(resource.name) of \(file)")
        }

        func renamed(_ job: Job) -> Job {
            var renamed = job
            renamed.id = id(job.id)
            renamed.predecessors = job.predecessors.map(id)
            renamed.demand = [:]
            let own: Set<Resource> = [.slots, .memory, .processors, .heavy]
            for resource in job.demand.resources {
                renamed.demand[own.contains(resource) ? resource : limit(resource)] = job.demand[resource]
            }
            return renamed
        }
    }
}
