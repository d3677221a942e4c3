internal import ArgumentParser
internal import BerthImage
internal import BerthReport
internal import BerthRunner
internal import BerthSystem
internal import BerthWorkflow
internal import SystemPackage

/// All that the commands on plans have in common: of workflows, or of jobs that a file lists.
struct PlanningOptions: ParsableArguments {
    @OptionGroup var workflows: WorkflowOptions

    @Option(
        parsing: .upToNextOption,
        help: "Plan jobs that a JSON file lists, without a workflow; `plan show` takes several, for as many plans.",
        completion: .file())
    var jobs: [String] = []

    @OptionGroup var machine: MachineOptions
    @OptionGroup var search: SearchOptions

    @Flag(help: "Take durations and memory from the runs that the store has recorded (berth plan learn).")
    var history = false

    func validate() throws {
        if !workflows.files.isEmpty, !jobs.isEmpty {
            throw ValidationError("workflow files and --jobs exclude each other")
        }
    }

    /// For commands that show one plan.
    func checkSingle() throws {
        if jobs.count > 1 { throw ValidationError("--jobs takes one list here") }
    }

    /// Everything up to the plan.
    func making(_ common: CommonOptions) async throws -> PlanMaking {
        var making: PlanMaking
        if let list = jobs.first {
            making = try await listed(FilePath(list))
        } else {
            making = try await planOfWorkflows(common)
        }
        making.progress = common.terminalSink()
        return making
    }

    private func planOfWorkflows(_ common: CommonOptions) async throws -> PlanMaking {
        let set = try await workflows.read()
        let candidates = [set.root.appending("berth.yaml"), UserConfiguration.path]
        let settings = try await offload { try PlanSettings.read(candidates, below: set.root) }
        let jobs = PlannableJobs(set, try await workflows.sizing(settings, history: history, common))
        let title = set.members.map(\.workflow.fileName.escaped).joined(separator: ", ")
        return searching(PlanMaking(title: title, jobs: jobs, size: try await machine.size(settings.machine)))
    }

    /// The same for the jobs of a list.
    func listed(_ path: FilePath) async throws -> PlanMaking {
        let list = try await offload { try ListedJobs.read(path) }
        let title = (path.lastComponent?.string ?? path.string).escaped
        return searching(PlanMaking(title: title, jobs: list.jobs, size: try await machine.size(list.machine)))
    }

    private func searching(_ making: PlanMaking) -> PlanMaking {
        var making = making
        (making.options, making.budget) = (search.options, search.budget)
        return making
    }
}
