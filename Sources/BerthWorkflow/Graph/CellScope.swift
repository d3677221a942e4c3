internal import BerthDocument
internal import BerthPlan

/// One cell of a job: its contexts, and the part of its `WorkflowJob` that jobs and calls have in common.
struct CellScope {
    var job: WorkflowJob
    let contexts: [String: ExpressionValue]
}

/// The cells of one job.
struct CellScopes {
    private let definition: JobDefinition
    private let scope: RunScope
    private let contexts: [String: ExpressionValue]
    private let faults: Faults
    private let strategy: Strategy
    private let outcome: MatrixExpansion.Outcome?

    /// A job that is skipped has its strategy not looked at: what its `if` rules out may be broken there.
    init(
        _ definition: JobDefinition, _ scope: RunScope, _ contexts: [String: ExpressionValue], skipped: Bool,
        faults: Faults
    ) {
        (self.definition, self.scope, self.contexts, self.faults) = (definition, scope, contexts, faults)
        let evaluator = TemplateEvaluator(contexts, faults: faults)
        let written = skipped ? nil : definition.strategy
        strategy = Strategy(written, evaluator)
        outcome = written?.matrix.map {
            MatrixExpansion(definition: $0, evaluator: evaluator, faults: faults).outcome()
        }
    }

    private var id: String { scope.callerID + definition.id }

    private var cells: [MatrixCell] {
        if case .cells(let cells)? = outcome { cells } else { [MatrixCell()] }
    }

    /// `max-parallel`, where the cells can reach it.
    var limit: Amounts {
        guard let most = strategy.maxParallel, most < cells.count, case .steps = definition.work else { return [:] }
        return [limitName: most]
    }

    private var limitName: Resource { Resource("max-parallel \(id)") }

    /// The job as a whole: skipped before its matrix is looked at.
    func plain(_ standing: WorkflowJob.Standing, _ waits: [Job.ID]) -> WorkflowJob {
        var job = WorkflowJob(
            id: Job.ID(id), name: scope.callerName + name(contexts, MatrixCell()), workflow: scope.workflow.file,
            job: definition.id, place: definition.place)
        (job.standing, job.needs) = (standing, waits)
        return job
    }

    func all(_ standing: WorkflowJob.Standing, _ waits: [Job.ID]) -> [CellScope] {
        let cells = cells
        var used: [String: Int] = [:]
        return cells.enumerated().map { number, cell in
            var inner = contexts
            inner["matrix"] = matrixContext(cell)
            inner["strategy"] = strategy.context(number, of: cells.count)
            var job = plain(standing, waits)
            let suffix = cell.name.isEmpty ? "" : " (\(cell.name))"
            let count = used[suffix, default: 0] + 1
            used[suffix] = count
            job.id = Job.ID(id + suffix + (count > 1 ? " #\(count)" : ""))
            job.name = scope.callerName + name(inner, cell)
            (job.cell, job.failFast) = (cell, strategy.failFast)
            if limit != [:] { job.limits.append(limitName) }
            note(standing, &job)
            return CellScope(job: job, contexts: inner)
        }
    }

    private func matrixContext(_ cell: MatrixCell) -> ExpressionValue {
        guard case .unknown(let reason)? = outcome else { return .object(cell.values) }
        return .unknown(UnknownValue(reason))
    }

    private func note(_ standing: WorkflowJob.Standing, _ job: inout WorkflowJob) {
        // Where the call is what is not known, the call says so.
        if case .unknown(let reason) = standing, scope.standing == .runs {
            let place = definition.condition?.template.place ?? definition.place
            job.unknowns.append(DocumentFault(place: place, message: "whether it runs is not known: \(reason)"))
        }
        if case .unknown(let reason)? = outcome, let matrix = definition.strategy?.matrix {
            job.unknowns.append(
                DocumentFault(
                    place: matrix.place, message: "the matrix is not known, so it counts as one job: \(reason)"))
        }
        if strategy.maxParallel != nil, case .call = definition.work, cells.count > 1 {
            job.unknowns.append(
                DocumentFault(
                    place: definition.place, message: "max-parallel of called workflows is not kept by a plan"))
        }
        if let concurrency = definition.concurrency, case .call = definition.work {
            job.unknowns.append(
                DocumentFault(
                    place: concurrency.place,
                    message: "the concurrency group of a called workflow is not kept by a plan"))
        }
        for (key, reason) in strategy.unknowns {
            job.unknowns.append(DocumentFault(place: definition.place, message: "\(key) is not known: \(reason)"))
        }
    }

    /// The longest name that GitHub makes of an id and a cell.
    private static let longestName = 100

    /// A name without expressions gets the cell's values behind it, as the id does.
    private func name(_ contexts: [String: ExpressionValue], _ cell: MatrixCell) -> String {
        let written = definition.name.map { TemplateEvaluator(contexts, faults: faults).rendered($0) } ?? ""
        let isOwn = !written.trimmed.isEmpty
        if isOwn, definition.name?.expressions.isEmpty == false { return written }
        let name = (isOwn ? written : definition.id) + (cell.name.isEmpty ? "" : " (\(cell.name))")
        return name.count > Self.longestName ? name.prefix(Self.longestName - 3) + "..." : name
    }
}

/// `strategy` but for its matrix.
private struct Strategy {
    var failFast = true
    var maxParallel: Int?
    /// Keys that are not known, with the reasons.
    var unknowns: [(key: String, reason: String)] = []

    init(_ definition: StrategyDefinition?, _ evaluator: TemplateEvaluator) {
        guard let definition else { return }
        if let template = definition.failFast {
            let value = evaluator.value(template)
            if let truth = value.truth { failFast = truth } else { note("fail-fast", value) }
        }
        guard let template = definition.maxParallel else { return }
        let value = evaluator.value(template)
        if case .unknown = value {
            note("max-parallel", value)
        } else if MatrixLimit.isCount(value.number) {
            maxParallel = Int(value.number)
        } else {
            evaluator.faults.add("\"max-parallel\" is a whole number of jobs, 1 or more", at: template.place)
        }
    }

    private mutating func note(_ key: String, _ value: ExpressionValue) {
        unknowns.append((key, value.unknown?.reason ?? "not known before the run"))
    }

    func context(_ number: Int, of total: Int) -> ExpressionValue {
        .object(
            ExpressionObject([
                ("fail-fast", .boolean(failFast)), ("job-index", .number(Double(number))),
                ("job-total", .number(Double(total))), ("max-parallel", .number(Double(maxParallel ?? total))),
            ]))
    }
}
