package import BerthPlan
package import BerthReport
internal import BerthSystem
internal import BerthWorkflow

/// Sized jobs and a machine on their way to a report.
package struct PlanMaking: Sendable {
    package let title: String
    package let jobs: PlannableJobs
    package let size: MachineSize
    package var options = Planner.Options()
    /// Cuts the steps of the search; nil lets all of them run.
    package var budget: Duration?
    /// Whoever wants to know how long a search goes on.
    package var progress: (any ProgressSink)?

    package init(title: String, jobs: PlannableJobs, size: MachineSize) {
        (self.title, self.jobs, self.size) = (title, jobs.cut(toProcessors: size.processors.value), size)
    }

    private var machine: BerthPlan.Machine { size.machine(limits: jobs.limits) }

    /// The plan.
    ///
    /// - Throws: `BerthError` (64) where the jobs can't be planned, with all reasons.
    package func plan() throws -> PlanReport {
        let search = SearchProgress(progress, budget: budget)
        defer { search.end() }
        let planner = Planner(options, shouldStop: search.watching(Self.deadline(budget)))
        return report(try Self.explaining { () throws(PlanFault) in try planner.plan(jobs.jobs, on: machine) })
    }

    /// The same jobs as GitHub would start them.
    package func strictQueue() throws -> PlanReport {
        report(try Self.explaining { () throws(PlanFault) in try StrictQueue.plan(jobs.jobs, on: machine) })
    }

    /// The same as a row beside others: times are milliseconds.
    ///
    /// - Throws: as `plan()`.
    package func schedule(named file: String) throws -> ScheduleListReport.Schedule {
        let problem = try Self.explaining { () throws(PlanFault) in try Problem(jobs.jobs, on: machine) }
        return InstancePlans.schedule(problem, of: file, options, budget)
    }

    /// True when the budget is nearly used up; never where there is none.
    ///
    /// A fiftieth of it is left for what follows the search: the step that it is in, and putting the plan together.
    package static func deadline(_ budget: Duration?) -> @Sendable () -> Bool {
        guard let budget else { return { false } }
        let end = ContinuousClock.now + budget - budget / 50
        return { ContinuousClock.now >= end }
    }

    /// Faults of jobs as an error that says what to do.
    package static func explaining<Value>(_ work: () throws(PlanFault) -> Value) throws -> Value {
        do { return try work() } catch {
            throw BerthError(
                .usage, "the jobs can't be planned", place: error.explained,
                remedy: "change the workflow, or what berth.yaml or the flags say of jobs and machine")
        }
    }

    private func report(_ plan: Plan) -> PlanReport {
        let byID = Dictionary(jobs.jobs.map { ($0.id, $0) }) { first, _ in first }
        var report = PlanReport(
            title: title, machine: shown, jobs: plan.assignments.compactMap { row($0, byID) },
            makespan: plan.makespan.inSeconds, bound: plan.bound.inSeconds, method: "\(plan.method)",
            steps: plan.steps, seed: plan.seed)
        (report.left, report.notes) = (jobs.left.map(\.escaped), (jobs.notes + jobs.cutWishes).map(\.escaped))
        return report
    }

    private var shown: PlanReport.Machine {
        PlanReport.Machine(
            slots: size.slots.value, memory: Int64(size.memory.value), memorySource: size.memory.source,
            processors: Double(size.processors.value) / 1000, processorsSource: size.processors.source)
    }

    private func row(_ assignment: Plan.Assignment, _ jobs: [Job.ID: Job]) -> PlanReport.Job? {
        guard let job = jobs[assignment.job], let size = self.jobs.sizes[assignment.job] else { return nil }
        return PlanReport.Job(
            id: job.id.text.escaped, name: (self.jobs.names[job.id] ?? job.id.text).escaped,
            slot: assignment.slots.first ?? 1, start: assignment.start.inSeconds,
            end: assignment.end.inSeconds, isHeavy: job.weight == .heavy, memory: Int64(job.demand[.memory]),
            processors: Double(job.demand[.processors]) / 1000, after: job.predecessors.map(\.text.escaped),
            reason: assignment.reason.text(start: assignment.start),
            sources: .init(
                weight: "\(size.weight.source)", memory: "\(size.memory.source)",
                processors: "\(size.processors.source)", duration: "\(size.duration.source)"))
    }
}

extension Duration {
    /// Seconds, as reports count them.
    var inSeconds: Double { self / .seconds(1) }
}
