internal import BerthDocument

/// `steps` of a job or of a composite action.
enum StepReader {
    /// GitHub's bound on the steps of a job.
    private static let most = 1000

    static func read(_ reader: MappingReader, action: Bool = false) -> [StepDefinition] {
        let items = reader.mappings("steps", required: true) ?? []
        if items.count > most { reader.fault("steps", "a job has at most \(most) steps, not \(items.count)") }
        var ids: Set<String> = []
        return items.map { item in
            let step = step(item, action: action)
            if let id = step.id, !ids.insert(id.lowercased()).inserted {
                item.fault("id", "an earlier step has the id \"\(id)\" already")
            }
            return step
        }
    }

    private static let kinds = ["run", "uses", "wait", "wait-all", "cancel"]

    private static func step(_ reader: MappingReader, action: Bool) -> StepDefinition {
        var step = StepDefinition(id: nil, place: reader.place)
        let values = ValueReader(reader)
        step.id = reader.string("id")
        _ = values.scalar("name", in: .step)
        _ = reader.nodeOrNull("if").map { ConditionReader.read($0, in: .stepCondition, reader.faults) }
        _ = values.minutes("timeout-minutes", in: .step)
        _ = values.boolean("continue-on-error", in: .step)
        values.environment("env", in: .step)
        let found = kinds.filter { reader.has($0) }
        if found.isEmpty {
            reader.faults.add("a step has \"run\" or \"uses\"", at: reader.place)
        } else if found.count > 1 {
            reader.faults.add("a step has one of \"\(found[0])\" and \"\(found[1])\", not both", at: reader.place)
        }
        if found.first == "uses" { step.action = use(reader, values) } else { run(reader, values, found.first) }
        if action, found == ["run"], !reader.has("shell") {
            reader.faults.add("a command of an action names its shell", at: reader.place)
        }
        _ = reader.nodeOrNull("background")
        for kind in kinds { _ = reader.nodeOrNull(kind) }
        reader.finish()
        return step
    }

    private static func use(_ reader: MappingReader, _ values: ValueReader) -> ActionReference? {
        values.environment("with", in: .step)
        guard let text = reader.string("uses") else { return nil }
        let reference = ActionReference(text, at: reader.node("uses")?.place ?? reader.place)
        if reference == nil {
            reader.fault("uses", "an action is named owner/name@ref, ./folder or docker://image, not \"\(text)\"")
        }
        return reference
    }

    private static func run(_ reader: MappingReader, _ values: ValueReader, _ kind: String?) {
        _ = values.scalar("shell", in: .step)
        _ = values.scalar("working-directory", in: .step)
        if kind == "run" { _ = values.scalar("run", in: .step) }
    }
}
