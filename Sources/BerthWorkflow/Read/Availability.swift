internal import BerthDocument

/// Which contexts and functions GitHub lets an expression use, by where it stands.
struct Availability {
    let contexts: [String]
    var status = false
    var hashes = false

    /// Where no expression may stand.
    static let none = Availability(contexts: [])
    /// What is decided once for a run.
    static let run = Availability(contexts: ["github", "inputs", "vars"])
    static let environment = Availability(contexts: ["github", "inputs", "vars", "secrets"])
    /// What decides whether, and how often, a job runs.
    static let condition = Availability(contexts: ["github", "inputs", "needs", "vars"], status: true)
    static let strategy = Availability(contexts: ["github", "inputs", "needs", "vars"])
    /// What is decided for each cell of the matrix.
    static let job = Availability(contexts: ["github", "inputs", "matrix", "needs", "strategy", "vars"])
    static let jobEnvironment = Availability(contexts: job.contexts + ["secrets"])
    /// What is evaluated while the job runs.
    static let step = Availability(
        contexts: job.contexts + ["env", "job", "runner", "secrets", "steps"], hashes: true)
    static let stepCondition = Availability(
        contexts: step.contexts.filter { $0 != "secrets" }, status: true, hashes: true)
    static let defaults = Availability(contexts: job.contexts + ["env"])
    /// Of the job as a whole, after its steps.
    static let outputs = Availability(contexts: step.contexts)

    /// Notes each expression of a template that may not stand there.
    func check(_ template: Template, in key: String, _ faults: Faults) {
        for (expression, place) in template.placedExpressions {
            if let fault = fault(of: expression, in: key) { faults.add(fault, at: place) }
        }
    }

    /// What is wrong with an expression here; nil where nothing is.
    private func fault(of expression: Expression, in key: String) -> String? {
        if let name = expression.contexts.first(where: { !contexts.contains($0) }) {
            guard !contexts.isEmpty else { return "no expression may stand in \"\(key)\"" }
            return "\"\(name)\" may not be used in \"\(key)\"; known here: \(contexts.sorted().joined(separator: ", "))"
        }
        if contexts.isEmpty { return "no expression may stand in \"\(key)\"" }
        if !status, expression.asksStatus { return "\"\(key)\" cannot ask how other jobs ended; only \"if\" can" }
        if !hashes, expression.functions.contains("hashfiles") { return "\"\(key)\" cannot use hashFiles; steps can" }
        return nil
    }
}
