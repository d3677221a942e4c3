internal import ArgumentParser
internal import BerthReport
internal import BerthRunner
internal import BerthSystem
internal import SystemPackage

struct PlanShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show which job runs when, in which slot, and why, and how far that is from the best possible.",
        discussion: """
            Weight, memory and duration of a job come from `jobs` in berth.yaml (the repository's, else yours), then from \
            its labels, then with --history from recorded runs, then from the workflow, then from defaults; `berth plan \
            explain` names each source. The same command is `berth plan FILE`.
            """)

    @OptionGroup var planning: PlanningOptions

    @Flag(help: "Print the chart as an SVG picture.")
    var svg = false

    @Flag(help: "Print a page for a browser.")
    var html = false

    @Flag(help: "Show the jobs first come, first served, as GitHub starts them, in place of a plan.")
    var firstCome = false

    @Option(
        parsing: .upToNextOption,
        help: "Plan instances of the resource-constrained project scheduling problem in Patterson's format.",
        completion: .file())
    var rcpsp: [String] = []

    @OptionGroup var common: CommonOptions

    func validate() throws {
        let forms = [svg, html, common.json].count { $0 }
        if forms > 1 { throw ValidationError("--svg, --html and --json exclude each other") }
        if !rcpsp.isEmpty, !planning.workflows.files.isEmpty || !planning.jobs.isEmpty {
            throw ValidationError("--rcpsp excludes workflow files and --jobs")
        }
        if isList, svg || html || firstCome {
            throw ValidationError("--svg, --html and --first-come show one plan: name one workflow or one list")
        }
    }

    private var isList: Bool { !rcpsp.isEmpty || planning.jobs.count > 1 }

    func run() async throws {
        if isList { return try common.show(try await schedules()) }
        let making = try await planning.making(common)
        var report = firstCome ? try making.strictQueue() : try making.plan()
        if svg { return try Console.write(report.chart.svg(title: report.title)) }
        if html { return try Console.write(report.html) }
        report.columns = Console.columns
        try common.show(report)
    }

    private func schedules() async throws -> ScheduleListReport {
        let (search, sink) = (planning.search, common.terminalSink())
        var report: ScheduleListReport
        if rcpsp.isEmpty {
            report = ScheduleListReport(try await listed(sink))
        } else {
            let paths = rcpsp.map { FilePath($0) }
            report = try await offload {
                try InstancePlans.report(paths, search.options, budget: search.budget, progress: sink)
            }
        }
        report.columns = Console.columns
        return report
    }

    private func listed(_ sink: any ProgressSink) async throws -> [ScheduleListReport.Schedule] {
        var makings: [(name: String, making: PlanMaking)] = []
        for path in planning.jobs { makings.append((path.escaped, try await planning.listed(FilePath(path)))) }
        let all = makings
        return try await offload { try ListProgress.map(all, sink) { try $0.making.schedule(named: $0.name) } }
    }
}
