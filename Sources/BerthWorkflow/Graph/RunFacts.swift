/// What is known of a run before it starts; all else is unknown, and named so.
package struct RunFacts: Sendable, Hashable {
    /// `github.event_name`; nil for the workflow's only event, and unknown where it has several.
    package var event: String?
    /// Further members of `github`: `ref`, `repository`, `actor`.
    package var github: [String: String] = [:]
    /// Members of `vars`; nil where they are not known.
    package var variables: [String: String]?
    /// Inputs of a run that a person starts; those not named take their defaults; nil where they are not known.
    package var inputs: [String: String]?

    package init(event: String? = nil, github: [String: String] = [:]) { (self.event, self.github) = (event, github) }

    private static let unknown = "is not known before the run"

    /// The event of a run of a workflow; nil where it is not known.
    func event(of workflow: Workflow) -> String? {
        if let event { return event }
        let events = workflow.triggers.map(\.event).filter { $0 != "workflow_call" }
        return events.count == 1 ? events[0] : nil
    }

    func githubContext(of workflow: Workflow) -> ExpressionValue {
        var object = ExpressionObject(missing: Self.unknown)
        for (name, value) in github.sorted(by: { $0.key < $1.key }) { object[name] = .string(value) }
        if let event = event(of: workflow) { object["event_name"] = .string(event) }
        object["workflow"] = .string(workflow.name ?? workflow.file)
        return .object(object)
    }

    var variablesContext: ExpressionValue {
        guard let variables else { return .object(ExpressionObject(missing: Self.unknown)) }
        return .object(ExpressionObject(variables.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }

    /// `inputs` of a workflow that no other calls.
    func inputsContext(of workflow: Workflow) -> ExpressionValue {
        let isByHand = workflow.triggers.contains { $0.event == "workflow_dispatch" }
        guard isByHand, (event(of: workflow) ?? "workflow_dispatch") == "workflow_dispatch" else {
            return .object(ExpressionObject())
        }
        guard let inputs else { return .object(ExpressionObject(missing: Self.unknown)) }
        var object = ExpressionObject()
        for input in workflow.inputs {
            let given = inputs[input.name].map { YAMLScalar.value($0, quoted: input.kind == .string) }
            object[input.name] = given ?? input.standard?.literal ?? input.empty
        }
        return .object(object)
    }
}
