/// The same jobs as GitHub would start them, as Berth plans them, and the bound: what `berth plan compare` shows.
package struct PlanComparisonReport: Report {
    package var schema = "berth.plan-compare/1"
    /// Strictly in the order in which jobs become ready: the first that does not fit blocks the rest.
    package var fifo: PlanReport
    package var plan: PlanReport
    /// Seconds before which no plan ends.
    package var bound: Double

    package init(fifo: PlanReport, plan: PlanReport) { (self.fifo, self.plan, bound) = (fifo, plan, plan.bound) }

    package var identifiers: [String] { plan.identifiers }

    package var text: String {
        var table = Table([("", .left), ("takes", .right), ("over the bound", .right)])
        for (name, makespan) in [("first come, first served", fifo.makespan), ("this plan", plan.makespan)] {
            let over = bound > 0 ? PlanReport.percent(max(0, makespan / bound - 1)) : "-"
            table.add([name, DurationText.of(makespan), over])
        }
        table.add(["no plan ends before", DurationText.of(bound), ""])
        return
            (["\(plan.title): \(plan.jobs.count == 1 ? "1 job" : "\(plan.jobs.count) jobs") on \(plan.resources)", ""]
            + table.lines
            + ["", "first come, first served:"] + fifo.chart.lines(columns: plan.columns ?? 80) + ["", "this plan:"]
            + plan.chart.lines(columns: plan.columns ?? 80) + plan.left.map { "not run: \($0)" }
            + plan.notes.map { "note: \($0)" }).joined(separator: "\n")
    }
}
