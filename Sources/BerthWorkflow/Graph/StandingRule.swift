/// Whether a job runs, from its `if` and from what became of the jobs that it needs.
struct StandingRule {
    let definition: JobDefinition
    let evaluator: TemplateEvaluator

    init(_ definition: JobDefinition, _ evaluator: TemplateEvaluator) {
        (self.definition, self.evaluator) = (definition, evaluator)
    }

    func standing(after status: JobStatus) -> WorkflowJob.Standing {
        guard let condition = definition.condition else { return implied(status) }
        let value = evaluator.value(condition.template)
        if value.truth == false { return .skipped(skipReason(condition)) }
        // Without a status function, `success() &&` stands before it.
        if !condition.asksStatus, case .skipped(let reason) = implied(status) { return .skipped(reason) }
        guard value.truth == true else {
            return .unknown("if: \(condition.text): \(value.unknown?.reason ?? "not known before the run")")
        }
        return condition.asksStatus ? .runs : implied(status)
    }

    private func implied(_ status: JobStatus) -> WorkflowJob.Standing {
        switch status {
        case .ready: .runs
        case .afterSkipped(let job): .skipped("it needs \(job), which is skipped")
        case .afterUnknown(let job): .unknown("whether \(job) runs, which it needs, is not known before the run")
        }
    }

    private func skipReason(_ condition: Condition) -> String {
        let functions = condition.template.expressions.flatMap(\.functions)
        let assumed = functions.contains("failure") || functions.contains("cancelled")
        return "if: \(condition.text) does not hold" + (assumed ? " in a run in which all jobs succeed" : "")
    }
}
