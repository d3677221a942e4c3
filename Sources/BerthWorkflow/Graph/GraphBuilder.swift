internal import BerthDocument
internal import BerthPlan

/// A workflow to the jobs of a run: matrices to cells, calls to the jobs of the workflows they call.
package final class GraphBuilder {
    /// GitHub's bounds: workflows above one another, and different workflows called in one run.
    static let deepest = 10
    static let mostWorkflows = 50
    /// Ours, on all jobs of a run: calls of matrices of calls multiply.
    static let mostJobs = 10_000

    let facts: RunFacts
    let files: RepositoryFiles
    let faults = Faults()
    var graph = JobGraph()
    /// Called workflows by path; nil for those with faults.
    var called: [String: Workflow?] = [:]
    /// How many calls were gone through, also those that led to no job.
    var calls = 0
    /// Actions of this repository by folder; nil for those with faults or none.
    var actions: [String: ActionDefinition?] = [:]

    private init(_ facts: RunFacts, _ files: @escaping RepositoryFiles) { (self.facts, self.files) = (facts, files) }

    /// The graph of a run; throws all faults of the workflow and of what it calls.
    package static func graph(
        of workflow: Workflow, facts: RunFacts = RunFacts(), files: @escaping RepositoryFiles
    ) throws -> JobGraph {
        let builder = GraphBuilder(facts, files)
        let scope = RunScope(
            workflow: workflow, github: facts.githubContext(of: workflow), inputs: facts.inputsContext(of: workflow),
            variables: facts.variablesContext)
        builder.noteConcurrency(scope)
        try builder.build(scope)
        try builder.faults.check()
        builder.keepSharedLimits()
        return builder.graph
    }

    /// The jobs of one workflow, in the order of their needs; then as the file has them.
    func build(_ scope: RunScope) throws {
        let start = graph.jobs.count
        var runs = ScopeRuns(scope.workflow)
        var order: [Job.ID: Int] = [:]
        for index in runs.order {
            let before = graph.jobs.count
            try build(scope.workflow.jobs[index], scope, &runs)
            for job in graph.jobs[before...] { order[job.id] = index }
        }
        let made = graph.jobs[start...].enumerated().sorted {
            (order[$0.element.id] ?? 0, $0.offset) < (order[$1.element.id] ?? 0, $1.offset)
        }
        graph.jobs.replaceSubrange(start..., with: made.map(\.element))
    }

    private func build(_ definition: JobDefinition, _ scope: RunScope, _ runs: inout ScopeRuns) throws {
        guard graph.jobs.count < Self.mostJobs else {
            if !runs.isFull { faults.add("a run has at most \(Self.mostJobs) jobs here", at: definition.place) }
            runs.isFull = true
            return
        }
        var contexts = scope.contexts
        contexts["needs"] = runs.needsContext(of: definition)
        let status = runs.status(of: definition)
        let standing = scope.standing.and(
            StandingRule(definition, TemplateEvaluator(contexts, status: status, faults: faults)).standing(
                after: status))
        let waits = runs.waits(of: definition, or: scope.waits)
        let skipped = if case .skipped = standing { true } else { false }
        let cells = CellScopes(definition, scope, contexts, skipped: skipped, faults: faults)
        let before = graph.jobs.count
        if skipped {
            graph.jobs.append(cells.plain(standing, waits))
        } else {
            for cell in cells.all(standing, waits) { try place(cell, definition, scope) }
            graph.limits = graph.limits.merging(cells.limit)
        }
        runs.record(definition, standing, jobs: graph.jobs[before...].map(\.id))
    }

    private func place(_ cell: CellScope, _ definition: JobDefinition, _ scope: RunScope) throws {
        guard graph.jobs.count < Self.mostJobs else {
            faults.add("a run has at most \(Self.mostJobs) jobs here", at: definition.place)
            return
        }
        switch definition.work {
        case .steps(let steps): graph.jobs.append(try stepsJob(cell, definition, steps, scope))
        case .call(let call): try expand(call, cell, scope)
        }
    }

    /// A limit that one job alone takes says nothing.
    private func keepSharedLimits() {
        var takers: [Resource: Int] = [:]
        for job in graph.jobs { for limit in job.limits { takers[limit, default: 0] += 1 } }
        for index in graph.jobs.indices { graph.jobs[index].limits.removeAll { takers[$0] == 1 } }
        for limit in graph.limits.resources where takers[limit, default: 0] < 2 { graph.limits[limit] = 0 }
    }

    private func noteConcurrency(_ scope: RunScope) {
        guard let concurrency = scope.workflow.concurrency else { return }
        let group = TemplateEvaluator(scope.contexts, faults: faults).rendered(concurrency.group)
        let note = "runs of the group \"\(group)\" exclude each other; one run's plan shows nothing of it"
        graph.notes.append(DocumentFault(place: concurrency.place, message: note))
    }
}

extension Amounts {
    /// Both; where both say something, the other counts.
    func merging(_ other: Amounts) -> Amounts {
        other.resources.reduce(into: self) { $0[$1] = other[$1] }
    }
}

extension WorkflowJob.Standing {
    /// Of a job in a called workflow: its caller's counts first.
    func and(_ other: WorkflowJob.Standing) -> WorkflowJob.Standing {
        switch (self, other) {
        case (.skipped, _): self
        case (_, .skipped): other
        case (.unknown, _): self
        default: other
        }
    }
}
