internal import BerthDocument

/// One entry of `jobs`.
enum JobReader {
    /// Nil where it neither has steps nor calls a workflow.
    static func read(_ reader: MappingReader, id: String, place: DocumentPlace) -> JobDefinition? {
        if !isID(id) {
            reader.faults.add(
                "a job's id begins with a letter or _, then has letters, digits, - and _, at most 100; not \"\(id)\"",
                at: place)
        }
        let values = ValueReader(reader)
        let work = reader.has("uses") ? call(reader, values) : steps(reader, values)
        var job = JobDefinition(id: id, place: place, work: work ?? .call(CallDefinition(workflow: "", place: place)))
        job.name = values.scalar("name", in: .job)
        job.needs = needs(reader)
        job.condition = condition(reader)
        job.strategy = StrategyReader.read(reader)
        job.concurrency = values.concurrency(in: .job)
        values.permissions()
        reader.finish()
        if case .steps = job.work {
            job.timeout = values.minutes("timeout-minutes", in: .job)
            job.continueOnError = values.boolean("continue-on-error", in: .job)
            job.environment = environment(reader)
        }
        return work == nil ? nil : job
    }

    private static func isID(_ text: String) -> Bool {
        guard let first = text.first, first.isASCII, first.isLetter || first == "_", text.count <= 100 else {
            return false
        }
        return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    }

    private static func needs(_ reader: MappingReader) -> [JobDefinition.Need] {
        (ListReader.texts("needs", in: reader) ?? []).map { JobDefinition.Need(job: $0.text, place: $0.place) }
    }

    /// The keys of a job that runs itself, asked for here so that `finish` knows them.
    private static func steps(_ reader: MappingReader, _ values: ValueReader) -> JobDefinition.Work? {
        for key in ["timeout-minutes", "continue-on-error", "environment"] { _ = reader.nodeOrNull(key) }
        guard reader.has("runs-on") || reader.has("steps") else {
            reader.faults.add("a job has runs-on and steps, or uses a workflow", at: reader.place)
            for key in ["container", "services", "env", "outputs", "defaults", "snapshot", "with", "secrets"] {
                _ = reader.nodeOrNull(key)
            }
            return nil
        }
        let runsOn = RunnerReader.read(reader)
        var work = StepsDefinition(runsOn: runsOn ?? Template(.literal(.null), at: reader.place))
        work.container = ContainerReader.container(reader)
        work.services = ContainerReader.services(reader)
        work.steps = StepReader.read(reader)
        values.environment("env", in: .jobEnvironment)
        values.environment("outputs", in: .outputs)
        values.defaults()
        snapshot(reader)
        return .steps(work)
    }

    private static func call(_ reader: MappingReader, _ values: ValueReader) -> JobDefinition.Work? {
        for key in ["runs-on", "steps", "container", "services", "env", "outputs", "defaults", "timeout-minutes"]
        where reader.has(key) {
            reader.faults.add("a job that uses a workflow has no \"\(key)\" of its own", at: reader.place(of: key))
            _ = reader.nodeOrNull(key)
        }
        guard let target = reader.string("uses") else { return nil }
        var call = CallDefinition(workflow: target, place: reader.node("uses")?.place ?? reader.place)
        call.inputs = values.environment("with", in: .job)
        if let node = reader.node("secrets") {
            if node.text == "inherit" {
                call.secrets = .inherited
            } else {
                call.secrets = .named(values.environment("secrets", in: .jobEnvironment).map { ($0.name, $0.place) })
            }
        }
        return .call(call)
    }

    private static func environment(_ reader: MappingReader) -> Template? {
        guard let node = reader.node("environment") else { return nil }
        guard case .mapping = node.kind else { return ValueReader(reader).scalar("environment", in: .job) }
        let inner = MappingReader(node, reader.faults, name: "\"environment\"")
        let name = ValueReader(inner).scalar("name", in: .job, required: true)
        _ = ValueReader(inner).scalar("url", in: .step)
        _ = inner.boolean("deployment")
        inner.finish()
        return name
    }

    private static func snapshot(_ reader: MappingReader) {
        guard let node = reader.node("snapshot") else { return }
        guard case .mapping = node.kind else { return }
        let inner = MappingReader(node, reader.faults, name: "\"snapshot\"")
        _ = inner.string("image-name", required: true)
        _ = inner.string("version")
        _ = inner.node("if")
        inner.finish()
    }

    private static func condition(_ reader: MappingReader) -> Condition? {
        reader.nodeOrNull("if").flatMap { ConditionReader.read($0, in: .condition, reader.faults) }
    }
}

/// `if` of jobs and steps.
enum ConditionReader {
    /// The condition; nil where none is written.
    static func read(_ node: DocumentNode, in availability: Availability, _ faults: Faults) -> Condition? {
        guard let text = node.text else {
            if case .null = node.kind { return nil }
            faults.add("\"if\" is an expression, not \(node.kindName)", at: node.place)
            return nil
        }
        guard !text.trimmed.isEmpty else { return nil }
        let template: Template
        if let parts = Template.parts(text.trimmed, node.place, faults) {
            template = Template(.text(parts), at: node.place)
        } else {
            do {
                let expression = try ExpressionParser.parse(text)
                template = Template(.text([.expression(expression, written: text.trimmed)]), at: node.place)
            } catch {
                faults.add("in \"if\": \(error.message)", at: node.place)
                return nil
            }
        }
        availability.check(template, in: "if", faults)
        if case .text(let parts) = template.kind, parts.count == 1, case .expression(_, let written) = parts[0] {
            return Condition(template: template, text: written)
        }
        return Condition(template: template, text: text.trimmed)
    }
}
