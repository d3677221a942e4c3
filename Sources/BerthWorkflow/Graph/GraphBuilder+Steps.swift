internal import BerthDocument
internal import BerthPlan

extension GraphBuilder {
    /// A job that runs itself.
    func stepsJob(
        _ cell: CellScope, _ definition: JobDefinition, _ steps: StepsDefinition, _ scope: RunScope
    ) throws -> WorkflowJob {
        var job = cell.job
        let evaluator = TemplateEvaluator(cell.contexts, faults: faults)
        job.runner = runner(steps.runsOn, evaluator, &job.unknowns)
        job.timeout = timeout(definition, evaluator, &job.unknowns)
        job.continuesOnError = definition.continueOnError.map { evaluator.value($0).truth == true } ?? false
        job.environment = definition.environment.map { evaluator.rendered($0) }
        job.container = steps.container.flatMap { container($0, evaluator, &job.unknowns) }
        job.services = steps.services.compactMap { container($0, evaluator, &job.unknowns) }
        if let concurrency = definition.concurrency {
            let group = group(concurrency, evaluator, &job.unknowns)
            job.limits.append(group)
            graph.limits[group] = 1
        }
        var uses = ActionUses()
        for step in steps.steps { if let action = step.action { try collect(action, into: &uses, path: []) } }
        job.actions = uses.outside
        job.unknowns += uses.unknowns
        return job
    }

    private func runner(
        _ template: Template, _ evaluator: TemplateEvaluator, _ unknowns: inout [DocumentFault]
    ) -> WorkflowJob.Runner {
        let value = evaluator.value(template)
        var runner = WorkflowJob.Runner()
        var labels = value
        if case .object(let object) = value {
            labels = object["labels"] ?? .array([])
            runner.group = object["group"].flatMap { $0.isUnknown ? nil : $0.text }
        }
        if let unknown = value.unknown {
            unknowns.append(DocumentFault(place: template.place, message: "the runner is not known: \(unknown.reason)"))
            return runner
        }
        switch labels {
        case .array(let items): runner.labels = items.map(\.text)
        case .string(let text): runner.labels = [text]
        default:
            // `${{ fromJSON('[]')[0] }}` and the like: nothing to run on.
            faults.add("\"runs-on\" is a label or a list of labels", at: template.place)
        }
        for label in runner.labels ?? [] {
            if let fault = SizeLabel.fault(label) { faults.add(fault, at: template.place) }
        }
        return runner
    }

    private func timeout(
        _ definition: JobDefinition, _ evaluator: TemplateEvaluator, _ unknowns: inout [DocumentFault]
    ) -> WorkflowJob.PlacedDuration? {
        guard let template = definition.timeout else { return nil }
        let value = evaluator.value(template)
        if case .unknown(let unknown) = value {
            unknowns.append(
                DocumentFault(place: template.place, message: "the timeout is not known: \(unknown.reason)"))
            return nil
        }
        let minutes = value.number
        if let fault = Timeout.fault(.number(minutes)) {
            faults.add("\"timeout-minutes\" \(fault)", at: template.place)
            return nil
        }
        return WorkflowJob.PlacedDuration(duration: .seconds(minutes * 60), place: template.place)
    }

    /// Nil for an image without a name, which is how an expression leaves a container out.
    private func container(
        _ definition: ContainerDefinition, _ evaluator: TemplateEvaluator, _ unknowns: inout [DocumentFault]
    ) -> WorkflowJob.JobContainer? {
        var container = WorkflowJob.JobContainer(name: definition.name, place: definition.place)
        let image = evaluator.value(definition.image)
        if case .unknown(let unknown) = image {
            unknowns.append(
                DocumentFault(
                    place: definition.image.place,
                    message: "the image of \"\(definition.name)\" is not known: \(unknown.reason)"))
        } else {
            guard !image.text.trimmed.isEmpty else { return nil }
            let name = image.text.trimmed
            container.image = name.hasPrefix("docker://") ? String(name.dropFirst("docker://".count)) : name
        }
        guard let options = definition.options else { return container }
        let value = evaluator.value(options)
        if case .unknown(let unknown) = value {
            unknowns.append(
                DocumentFault(
                    place: options.place,
                    message: "the limits of \"\(definition.name)\" are not known: \(unknown.reason)"))
            return container
        }
        let limits = ContainerOptions.limits(value.text)
        for fault in limits.faults { faults.add(fault, at: options.place) }
        (container.memory, container.processors) = (limits.memory, limits.processors)
        return container
    }

    /// Groups do not regard case.
    ///
    /// One that is not known goes by its text, so that its own cells share it.
    private func group(
        _ concurrency: ConcurrencyDefinition, _ evaluator: TemplateEvaluator, _ unknowns: inout [DocumentFault]
    ) -> Resource {
        if let unknown = evaluator.value(concurrency.group).unknown {
            unknowns.append(
                DocumentFault(
                    place: concurrency.place,
                    message: "the concurrency group is not known, so its text stands for it: \(unknown.reason)"))
        }
        return Resource("concurrency \(evaluator.rendered(concurrency.group).lowercased())")
    }
}
