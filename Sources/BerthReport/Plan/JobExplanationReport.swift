/// Jobs of a plan with the reasons of their places and sizes: what `berth plan explain` shows.
package struct JobExplanationReport: Report {
    package var schema = "berth.plan-explain/1"
    package var title: String
    package var jobs: [PlanReport.Job]

    package init(plan: PlanReport, jobs: [PlanReport.Job]) { (title, self.jobs) = (plan.title, jobs) }

    package var identifiers: [String] { jobs.map(\.id) }

    package var text: String { jobs.map(\.explanation).joined(separator: "\n\n") }
}
