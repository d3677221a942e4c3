internal import ArgumentParser
internal import BerthReport
internal import BerthRunner
internal import BerthSystem

struct PlanExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why a job starts when it does, and where its weight, memory and duration come from.",
        discussion:
            "The job is named as the plan names it: `build (3.12)`; an id alone stands for all cells of its matrix.")

    @Argument(help: "The job.")
    var job: String

    @OptionGroup var planning: PlanningOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let report = try await planning.making(common).plan()
        let found = report.jobs.filter { [$0.id, Self.plain($0.id)].contains(job.escaped) }
        guard !found.isEmpty else { throw unknown(report) }
        try common.show(JobExplanationReport(plan: report, jobs: found))
    }

    /// `build` of `build (3.12)`.
    private static func plain(_ id: String) -> String { id.split(separator: " (").first.map(String.init) ?? id }

    private func unknown(_ report: PlanReport) -> BerthError {
        let skipped = report.left.first { $0.hasPrefix("\(job.escaped): ") }
        return BerthError(
            .missed, skipped.map { "the job does not run: \($0)" } ?? "the plan has no job of that name",
            place: job.escaped,
            remedy: "its jobs are: \(report.jobs.map(\.id).joined(separator: ", "))")
    }
}
