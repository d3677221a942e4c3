internal import ArgumentParser
internal import BerthEngine
internal import BerthImage
internal import BerthPlan
internal import BerthReport
internal import BerthRunner
internal import BerthSystem
internal import BerthWorkflow
internal import Foundation
internal import SystemPackage

/// What jobs share; each that is not named comes from berth.yaml, else the engine, else this machine less a reserve.
struct MachineOptions: ParsableArguments {
    @Option(help: "Slots: how many jobs run at once (default: berth.yaml, else 2).")
    var slots: Int?

    @Option(
        help: "Memory that jobs share, such as 12GiB (default: berth.yaml, the engine, or this machine less a reserve)."
    )
    var memory: String?

    @Option(help: "Processors that jobs share, such as 8 or 2.5 (default: as for memory).")
    var cpus: String?

    @Option(help: "Ask this engine for memory and processors: docker, podman, or a socket's address.")
    var engine: String?

    func validate() throws {
        if let slots, !(1...64).contains(slots) { throw ValidationError("--slots is a number from 1 to 64") }
        if let memory, Quantity.bytes(memory) == nil { throw ValidationError("--memory is a size such as 12GiB") }
        if let cpus, Quantity.processors(cpus) == nil { throw ValidationError("--cpus is a number such as 8 or 2.5") }
    }

    /// What the flags say.
    var wish: MachineSize.Wish {
        .init(
            source: "by flag", slots: slots, memory: memory.flatMap(Quantity.bytes),
            processors: cpus.flatMap(Quantity.processors))
    }

    /// With what a `berth.yaml` says; an engine that does not answer is an error only where it was named.
    func size(_ configured: MachineSize.Wish?) async throws -> MachineSize {
        let wishes = [wish] + (configured.map { [$0] } ?? [])
        let isSaid = wishes.contains { $0.memory != nil } && wishes.contains { $0.processors != nil }
        guard engine != nil || !isSaid else { return MachineSize(wishes) }
        do { return MachineSize(wishes, engine: try await Engines.open(engine).facts()) } catch {
            guard engine == nil else { throw error }
            return MachineSize(wishes)
        }
    }
}

/// How long and how a plan is searched for.
struct SearchOptions: ParsableArguments {
    @Option(help: "Time for the search, such as 200ms or 5s (default: a number of steps that suits the jobs).")
    var budget: String?

    @Option(help: "Seed of the search; the same seed and steps give the same plan.")
    var seed: UInt64 = 1

    func validate() throws {
        if budget != nil, duration == nil { throw ValidationError("--budget is a time such as 200ms or 5s") }
    }

    var options: Planner.Options { .init(seed: seed) }

    /// Nil where none is given.
    var duration: Duration? {
        guard let match = budget?.wholeMatch(of: #/([0-9]{1,6})(ms|s|m)/#), let number = Int(match.output.1) else {
            return nil
        }
        return match.output.2 == "ms" ? .milliseconds(number) : .seconds(match.output.2 == "m" ? number * 60 : number)
    }
}

/// Which workflows, and what is known of their run.
struct WorkflowOptions: ParsableArguments {
    @Argument(help: "Workflow files, such as .github/workflows/ci.yml.")
    var files: [String] = []

    @Option(help: "The event of the run, such as push (default: the workflow's own, where it has only one).")
    var event: String?

    @Option(help: "The reference of the run, in full, such as refs/heads/main.")
    var ref: String?

    @Option(help: "The repository, as owner/name (default: $GITHUB_REPOSITORY).")
    var repository: String?

    @Option(
        help: "What is known of github, vars or inputs: github.actor=me, vars.STAGE=test, inputs.deep=true. Repeatable."
    )
    var known: [String] = []

    func validate() throws {
        if let ref, !ref.hasPrefix("refs/") {
            throw ValidationError("--ref is a whole reference, such as refs/heads/\(ref)")
        }
        for text in known where Self.pair(text) == nil {
            throw ValidationError("--known is github.NAME=VALUE, vars.NAME=VALUE or inputs.NAME=VALUE, not \(text)")
        }
    }

    private static func pair(_ text: String) -> (context: String, name: String, value: String)? {
        text.wholeMatch(of: #/(github|vars|inputs)\.([\w-]+)=(.*)/#).map {
            (String($0.output.1), String($0.output.2), String($0.output.3))
        }
    }

    var owner: String { repository ?? Machine.environment("GITHUB_REPOSITORY") ?? "" }

    private var facts: RunFacts {
        var facts = RunFacts(event: event)
        if let ref { facts.github["ref"] = ref }
        if !owner.isEmpty { facts.github["repository"] = owner }
        for text in known {
            guard let (context, name, value) = Self.pair(text) else { continue }
            switch context {
            case "github": facts.github[name] = value
            case "vars": facts.variables = (facts.variables ?? [:]).merging([name: value]) { $1 }
            default: facts.inputs = (facts.inputs ?? [:]).merging([name: value]) { $1 }
            }
        }
        return facts
    }

    /// The workflows; faults of all their lines at once.
    func read() async throws -> WorkflowSet {
        guard !files.isEmpty else {
            throw BerthError(
                .usage, "no workflow is named", remedy: "name one: berth plan .github/workflows/ci.yml")
        }
        let current = FilePath(FileManager.default.currentDirectoryPath)
        let (paths, facts) = (files.map { current.pushing(FilePath($0)) }, facts)
        return try await offload { try WorkflowSet.read(paths, facts: facts) }
    }

    /// What the set's jobs take.
    func sizing(_ settings: PlanSettings, history: Bool, _ common: CommonOptions) async throws -> JobSizing {
        var sizing = JobSizing()
        (sizing.rules, sizing.repository) = (settings.rules, owner)
        if history {
            guard !owner.isEmpty else {
                throw BerthError(
                    .usage, "nobody says whose runs count", remedy: "name the repository: --repository OWNER/NAME")
            }
            let (store, owner) = (try common.openStore(create: false), owner)
            sizing.history = try await offload { try RecordedRuns.history(of: owner, in: store) }
        }
        return sizing
    }
}

/// All that the commands on plans of workflows have in common.
struct PlanningOptions: ParsableArguments {
    @OptionGroup var workflows: WorkflowOptions
    @OptionGroup var machine: MachineOptions
    @OptionGroup var search: SearchOptions

    @Flag(help: "Take durations and memory from the runs that the store has recorded (berth plan learn).")
    var history = false

    /// Everything up to the plan.
    func making(_ common: CommonOptions) async throws -> PlanMaking {
        let set = try await workflows.read()
        let candidates = [set.root.appending("berth.yaml"), UserConfiguration.path]
        let settings = try await offload { try PlanSettings.read(candidates, below: set.root) }
        let jobs = PlannableJobs(set, try await workflows.sizing(settings, history: history, common))
        let title = set.members.map(\.workflow.fileName.escaped).joined(separator: ", ")
        var making = PlanMaking(title: title, jobs: jobs, size: try await machine.size(settings.machine))
        (making.options, making.budget) = (search.options, search.duration)
        return making
    }
}
