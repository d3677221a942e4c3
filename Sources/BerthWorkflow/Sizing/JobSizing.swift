internal import BerthPlan

/// What jobs take: by `berth.yaml`, then labels, then history, then what the workflow says, then defaults.
package struct JobSizing: Sendable {
    package var rules = JobRules()
    package var history: JobHistory = { _ in nil }
    package var standard = StandardSizes()
    /// Whose jobs they are: `owner/name`.
    package var repository = ""

    package init() {}

    /// The size of one job.
    package func size(of job: WorkflowJob) -> JobSize {
        let prediction = history(
            JobKey(repository: repository, workflow: job.workflow, job: job.job, cell: job.cell.name))
        let memory = memory(of: job, prediction)
        let limit = limit(of: job)
        return JobSize(
            weight: weight(of: job, memory), memory: memory, processors: processors(of: job),
            duration: duration(of: job, prediction, limit), limit: limit)
    }

    /// The first label that says a value.
    private func label<Value: Sendable>(of job: WorkflowJob, _ value: (SizeLabel) -> Value?) -> Sourced<Value>? {
        for label in job.runner.labels ?? [] {
            if let found = SizeLabel(label).flatMap(value) { return Sourced(found, from: .label(label, job.place)) }
        }
        return nil
    }

    private func weight(of job: WorkflowJob, _ memory: Sourced<Int>) -> Sourced<Weight> {
        if let found = rules.first(for: job, \.weight) { return found }
        if let found = label(of: job, { if case .weight(let weight) = $0 { weight } else { nil } }) {
            return found
        }
        let bound = Quantity.text(bytes: standard.heavyFrom)
        return memory.value >= standard.heavyFrom
            ? Sourced(.heavy, from: .standard("\(bound) or more is heavy"))
            : Sourced(.light, from: .standard("below \(bound) is light"))
    }

    private func memory(of job: WorkflowJob, _ prediction: JobPrediction?) -> Sourced<Int> {
        if let found = rules.first(for: job, \.memory) { return found }
        if let found = label(of: job, { if case .memory(let bytes) = $0 { bytes } else { nil } }) {
            return found
        }
        if let prediction, let memory = prediction.memory, memory > 0 {
            return Sourced(memory, from: .history(prediction.source))
        }
        var total = standard.memory
        var source = SizeSource.standard("\(Quantity.text(bytes: standard.memory)) a job")
        if let container = job.container, let memory = container.memory {
            total = memory
            source = .workflow(container.place, "--memory \(Quantity.text(bytes: memory)) of its container")
        }
        guard !job.services.isEmpty else { return Sourced(total, from: source) }
        let parts = job.services.map { service in
            "\(service.name) \(Quantity.text(bytes: service.memory ?? standard.serviceMemory))"
                + (service.memory == nil ? " (default)" : "")
        }
        total += job.services.reduce(0) { $0 + ($1.memory ?? standard.serviceMemory) }
        let text = "\(source), with its services \(parts.joined(separator: ", "))"
        return Sourced(total, from: .workflow(job.services[0].place, text))
    }

    private func processors(of job: WorkflowJob) -> Sourced<Int> {
        if let found = rules.first(for: job, \.processors) { return found }
        if let found = label(of: job, { if case .processors(let count) = $0 { count } else { nil } }) {
            return found
        }
        let limited = ([job.container] + job.services).compactMap { $0 }.filter { $0.processors != nil }
        let services = job.services.reduce(0) { $0 + ($1.processors ?? 0) }
        let total = (job.container?.processors ?? standard.processors) + services
        guard let first = limited.first else {
            return Sourced(total, from: .standard("\(Double(standard.processors) / 1000) processors a job"))
        }
        return Sourced(total, from: .workflow(first.place, "--cpus of its containers"))
    }

    private func limit(of job: WorkflowJob) -> Sourced<Duration> {
        if let timeout = job.timeout {
            return Sourced(timeout.duration, from: .workflow(timeout.place, "timeout-minutes"))
        }
        return Sourced(standard.limit, from: .standard("GitHub ends a job after 360 minutes"))
    }

    /// No longer than its timeout, which ends it.
    private func duration(
        of job: WorkflowJob, _ prediction: JobPrediction?, _ limit: Sourced<Duration>
    ) -> Sourced<DurationEstimate> {
        let found: Sourced<DurationEstimate>
        if let stated = rules.first(for: job, \.duration) {
            found = Sourced(DurationEstimate(stated.value, spread: standard.statedSpread), from: stated.source)
        } else if let prediction, let duration = prediction.duration, duration.expected > .zero {
            found = Sourced(duration, from: .history(prediction.source))
        } else {
            let minutes = standard.duration.expected.components.seconds / 60
            found = Sourced(standard.duration, from: .standard("\(minutes) minutes a job"))
        }
        guard found.value.expected > limit.value else { return found }
        let bounded = DurationEstimate(limit.value, spread: found.value.spread)
        // Nobody asked for what Berth takes by itself.
        if case .standard = found.source { return Sourced(bounded, from: limit.source) }
        let asked = Quantity.text(found.value.expected)
        return Sourced(bounded, from: .cut(asked: asked, found.source, to: "\(limit.source)"))
    }
}
