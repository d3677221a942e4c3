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

    @Option(
        parsing: .upToNextOption,
        help: "Plan jobs that a JSON file lists, without a workflow; several are several plans.",
        completion: .file())
    var jobs: [String] = []

    @OptionGroup var common: CommonOptions

    func validate() throws {
        let forms = [svg, html, common.json].count { $0 }
        if forms > 1 { throw ValidationError("--svg, --html and --json exclude each other") }
        let inputs = [!planning.workflows.files.isEmpty, !rcpsp.isEmpty, !jobs.isEmpty].count { $0 }
        if inputs > 1 { throw ValidationError("workflow files, --rcpsp and --jobs exclude each other") }
        if isList, svg || html || firstCome {
            throw ValidationError("--svg, --html and --first-come show one plan: name one workflow or one list")
        }
    }

    private var isList: Bool { !rcpsp.isEmpty || jobs.count > 1 }

    func run() async throws {
        if isList { return try common.show(try await instances()) }
        let making = try await making()
        var report = firstCome ? try making.strictQueue() : try making.plan()
        if svg { return try Console.write(report.chart.svg(title: report.title)) }
        if html { return try Console.write(report.html) }
        report.columns = Console.columns
        try common.show(report)
    }

    private func making() async throws -> PlanMaking {
        guard let listed = jobs.first else { return try await planning.making(common) }
        return try await making(listed)
    }

    private func making(_ listed: String) async throws -> PlanMaking {
        let path = FilePath(listed)
        let read = try await offload { try ListedJobs.read(path) }
        var making = PlanMaking(
            title: (path.lastComponent?.string ?? listed).escaped, jobs: read.jobs,
            size: try await planning.machine.size(read.machine))
        (making.options, making.budget) = (planning.search.options, planning.search.duration)
        return making
    }

    private func instances() async throws -> ScheduleListReport {
        let search = planning.search
        guard jobs.isEmpty else {
            var schedules: [ScheduleListReport.Schedule] = []
            for listed in jobs {
                let making = try await making(listed)
                schedules.append(try await offload { try making.schedule(named: listed.escaped) })
            }
            return ScheduleListReport(schedules)
        }
        let paths = rcpsp.map { FilePath($0) }
        return try await offload { try InstancePlans.report(paths, search.options, budget: search.duration) }
    }
}
