internal import BerthPlan

/// What the jobs of one workflow in a run have in common.
struct RunScope {
    let workflow: Workflow
    var github: ExpressionValue
    var inputs: ExpressionValue
    var variables: ExpressionValue
    /// Of the jobs that call it: `release / test`; empty for the run's own workflow.
    var callerID = ""
    var callerName = ""
    /// What its first jobs wait for.
    var waits: [Job.ID] = []
    var standing = WorkflowJob.Standing.runs
    /// Files of the workflows above it, its own last.
    var path: [String] = []

    var contexts: [String: ExpressionValue] {
        [
            "github": github, "inputs": inputs, "vars": variables,
            "secrets": .object(ExpressionObject(missing: "is never known to a plan")),
        ]
    }

    /// The workflows from the run's own to this one.
    var files: [String] { path + [workflow.file] }
}

/// What became of the jobs of one workflow so far.
struct ScopeRuns {
    private struct Run {
        let id: String
        let standing: WorkflowJob.Standing
        let jobs: [Job.ID]
        /// What it was decided after.
        let above: JobStatus
    }

    /// Indices of the workflow's jobs, each after those it needs, else as the file has them.
    let order: [Int]
    var isFull = false
    private let needs: [String: [String]]
    private var runs: [String: Run] = [:]

    init(_ workflow: Workflow) {
        var needs: [String: [String]] = [:]
        for job in workflow.jobs {
            var seen: Set<String> = []
            needs[job.id.lowercased()] = job.needs.map { $0.job.lowercased() }.filter { seen.insert($0).inserted }
        }
        self.needs = needs
        order = Self.order(workflow, needs)
    }

    private static func order(_ workflow: Workflow, _ needs: [String: [String]]) -> [Int] {
        let ids = workflow.jobs.map { $0.id.lowercased() }
        var indices: [String: Int] = [:]
        for (index, id) in ids.enumerated() { indices[id] = index }
        var open = ids.map { id in (needs[id] ?? []).count { indices[$0] != nil } }
        var waiting: [[Int]] = Array(repeating: [], count: ids.count)
        for (index, id) in ids.enumerated() {
            for need in needs[id] ?? [] { if let needed = indices[need] { waiting[needed].append(index) } }
        }
        var ready = ids.indices.filter { open[$0] == 0 }
        var order: [Int] = []
        while order.count < ready.count {
            let next = ready[order.count]
            order.append(next)
            for index in waiting[next] {
                open[index] -= 1
                if open[index] == 0 { ready.append(index) }
            }
        }
        return order
    }

    mutating func record(_ definition: JobDefinition, _ standing: WorkflowJob.Standing, jobs: [Job.ID]) {
        runs[definition.id.lowercased()] = Run(
            id: definition.id, standing: standing, jobs: jobs, above: status(of: definition))
    }

    /// The jobs that a job waits for, cell by cell.
    func waits(of definition: JobDefinition, or callers: [Job.ID]) -> [Job.ID] {
        let own = needs[definition.id.lowercased()] ?? []
        return own.isEmpty ? callers : own.flatMap { runs[$0]?.jobs ?? [] }
    }

    /// What `success()` says: it looks at all jobs above, not only at those that are named.
    func status(of definition: JobDefinition) -> JobStatus {
        var unknown: JobStatus?
        for need in needs[definition.id.lowercased()] ?? [] {
            guard let run = runs[need] else { continue }
            switch (run.standing, run.above) {
            case (.skipped, _): return .afterSkipped(run.id)
            case (_, .afterSkipped): return run.above
            case (.unknown, _): unknown = unknown ?? .afterUnknown(run.id)
            case (_, .afterUnknown): unknown = unknown ?? run.above
            default: break
            }
        }
        return unknown ?? .ready
    }

    func needsContext(of definition: JobDefinition) -> ExpressionValue {
        var object = ExpressionObject()
        for id in needs[definition.id.lowercased()] ?? [] {
            let result: ExpressionValue
            switch runs[id]?.standing {
            case .skipped: result = .string("skipped")
            case .unknown(let reason): result = .unknown(UnknownValue(reason))
            default: result = .string("success")
            }
            let name = runs[id]?.id ?? id
            let outputs = ExpressionObject(missing: "is known only after \(name) has run")
            object[name] = .object(ExpressionObject([("result", result), ("outputs", .object(outputs))]))
        }
        return .object(object)
    }
}
