internal import BerthDocument
internal import BerthPlan

extension GraphBuilder {
    /// A job that calls a workflow: the jobs of that workflow, where it is one of this repository.
    func expand(_ call: CallDefinition, _ cell: CellScope, _ scope: RunScope) throws {
        guard call.workflow.hasPrefix("./") else {
            remote(call, cell)
            return
        }
        calls += 1
        guard calls <= Self.mostJobs else {
            if calls == Self.mostJobs + 1 {
                faults.add("a run calls at most \(Self.mostJobs) workflows here", at: call.place)
            }
            return
        }
        guard let path = path(of: call), let target = try workflow(path, call, scope) else { return }
        guard let interface = target.call else {
            faults.add("\(path) cannot be called: its \"on\" has no workflow_call", at: call.place)
            return
        }
        var inner = RunScope(
            workflow: target, github: scope.github, inputs: .object(ExpressionObject()), variables: scope.variables)
        let caller = TemplateEvaluator(cell.contexts, faults: faults)
        inner.inputs = inputs(call, interface, caller, standards: TemplateEvaluator(inner.contexts, faults: faults))
        checkSecrets(call, interface)
        inner.callerID = cell.job.id.text + " / "
        inner.callerName = cell.job.name + " / "
        (inner.waits, inner.standing, inner.path) = (cell.job.needs, cell.job.standing, scope.files)
        let before = graph.jobs.count
        try build(inner)
        guard graph.jobs.count > before else { return }
        graph.jobs[before].unknowns += cell.job.unknowns
        if let concurrency = target.concurrency {
            let message = "the concurrency group of a called workflow is not kept by a plan"
            graph.jobs[before].unknowns.append(DocumentFault(place: concurrency.place, message: message))
        }
    }

    /// The workflow of another repository counts as one job.
    private func remote(_ call: CallDefinition, _ cell: CellScope) {
        let form = #/[^\/@\s]+\/[^\/@\s]+\/\.github\/workflows\/[^\/@\s]+\.ya?ml@\S+/#
        guard call.workflow.wholeMatch(of: form) != nil else {
            faults.add(
                "a workflow is named ./.github/workflows/file.yml or owner/name/.github/workflows/file.yml@ref",
                at: call.place)
            return
        }
        var job = cell.job
        job.remoteWorkflow = call.workflow
        job.unknowns.append(
            DocumentFault(
                place: call.place, message: "\(call.workflow) is in another repository, so it counts as one job"))
        graph.jobs.append(job)
    }

    private func path(of call: CallDefinition) -> String? {
        guard !call.workflow.contains("@") else {
            faults.add("a workflow of the same repository is named without @", at: call.place)
            return nil
        }
        let path = RepositoryPath.normalized(call.workflow) ?? ""
        guard path.wholeMatch(of: #/\.github\/workflows\/[^\/]+\.ya?ml/#) != nil else {
            faults.add("\(call.workflow) is not a workflow in ./.github/workflows", at: call.place)
            return nil
        }
        return path
    }

    private func workflow(_ path: String, _ call: CallDefinition, _ scope: RunScope) throws -> Workflow? {
        let files = scope.files
        if let first = files.firstIndex(of: path) {
            let circle = (files[first...] + [path]).map { $0.split(separator: "/").last ?? "" }
            faults.add(
                "these workflows call each other in a circle: \(circle.joined(separator: " → "))", at: call.place)
            return nil
        }
        guard files.count < Self.deepest else {
            faults.add("workflows call each other more than \(Self.deepest) levels deep", at: call.place)
            return nil
        }
        if let known = called[path] { return known }
        guard called.count < Self.mostWorkflows else {
            faults.add("a run calls at most \(Self.mostWorkflows) different workflows", at: call.place)
            return nil
        }
        let read = try read(path, call)
        called[path] = .some(read)
        return read
    }

    private func read(_ path: String, _ call: CallDefinition) throws -> Workflow? {
        guard let bytes = try files(path) else {
            faults.add("there is no file \(path)", at: call.place)
            return nil
        }
        do { return try WorkflowReader.read(bytes, file: path) } catch {
            for fault in error.faults { faults.add(fault.message, at: fault.place) }
            return nil
        }
    }

    private func inputs(
        _ call: CallDefinition, _ interface: CallInterface, _ evaluator: TemplateEvaluator,
        standards: TemplateEvaluator
    ) -> ExpressionValue {
        var object = ExpressionObject()
        for given in call.inputs
        where !interface.inputs.contains(where: { $0.name.lowercased() == given.name.lowercased() }) {
            let hint = Suggestion.text(for: given.name, among: interface.inputs.map(\.name))
            faults.add("\(call.workflow) has no input \"\(given.name)\"\(hint)", at: given.place)
        }
        for input in interface.inputs {
            if let given = call.inputs.first(where: { $0.name.lowercased() == input.name.lowercased() }) {
                let value = evaluator.value(given.value)
                if let fault = InputValue.fault(value, of: input) { faults.add(fault, at: given.value.place) }
                object[input.name] = value
            } else {
                if input.required { faults.add("the input \"\(input.name)\" is missing", at: call.place) }
                object[input.name] = input.standard.map { standards.value($0) } ?? input.empty
            }
        }
        return .object(object)
    }

    private func checkSecrets(_ call: CallDefinition, _ interface: CallInterface) {
        guard case .named(let given) = call.secrets else { return }
        let names = interface.secrets.map { $0.name.lowercased() }
        for secret in given where !names.contains(secret.name.lowercased()) {
            let hint = Suggestion.text(for: secret.name, among: interface.secrets.map(\.name))
            faults.add("\(call.workflow) has no secret \"\(secret.name)\"\(hint)", at: secret.place)
        }
        for secret in interface.secrets
        where secret.required && !given.contains(where: { $0.name.lowercased() == secret.name.lowercased() }) {
            faults.add("the secret \"\(secret.name)\" is missing", at: call.place)
        }
    }
}
