internal import ArgumentParser
internal import BerthReport
internal import BerthRunner
internal import BerthSystem

struct PlanExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why a job starts when it does, and where its weight, memory and duration come from.",
        discussion: """
            The job is named as the plan names it, `build (3.12)`, or as GitHub shows it; an id alone stands for all cells of \
            its matrix: berth plan explain build .github/workflows/ci.yml.
            """)

    @Argument(help: "The job.")
    var job: String

    @OptionGroup var planning: PlanningOptions
    @OptionGroup var common: CommonOptions

    func validate() throws { try planning.checkSingle() }

    func run() async throws {
        let report = try await planning.making(common).plan()
        let found = report.jobs.filter { Self.names($0).contains(job.escaped) }
        guard !found.isEmpty else { throw unknown(report) }
        try common.show(JobExplanationReport(plan: report, jobs: found))
    }

    /// `ci.yml: build (3.12)`, and without its file, without its cell, and as GitHub shows it.
    private static func names(_ job: PlanReport.Job) -> [String] {
        let inFile = job.id.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? job.id
        return [job.id, inFile, job.name]
            + [job.id, inFile].compactMap { $0.split(separator: " (").first.map(String.init) }
    }

    private func unknown(_ report: PlanReport) -> BerthError {
        let skipped = report.left.first { $0.hasPrefix("\(job.escaped): ") || $0.contains(": \(job.escaped): ") }
        return BerthError(
            .missed, skipped.map { "the job does not run: \($0)" } ?? "the plan has no job of that name",
            place: job.escaped,
            remedy: "its jobs are: \(report.jobs.map(\.id).joined(separator: ", "))")
    }
}
