internal import ArgumentParser
internal import BerthRunner
internal import BerthSystem
internal import BerthWorkflow
internal import Foundation
internal import SystemPackage

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
        help:
            "What is known of github, vars or inputs: github.actor=me, vars.STAGE=test, inputs.deep=true. Repeatable.",
        transform: Known.init)
    var known: [Known] = []

    /// One value that is known before the run.
    struct Known {
        let context: String
        let name: String
        let value: String

        init(_ text: String) throws {
            guard let match = text.wholeMatch(of: #/(github|vars|inputs)\.([\w-]+)=(.*)/#) else {
                throw ValidationError("it takes github.NAME=VALUE, vars.NAME=VALUE or inputs.NAME=VALUE")
            }
            (context, name, value) = (String(match.output.1), String(match.output.2), String(match.output.3))
        }
    }

    func validate() throws {
        if let ref, !ref.hasPrefix("refs/") {
            throw ValidationError("--ref is a whole reference, such as refs/heads/\(ref)")
        }
    }

    var owner: String { repository ?? Machine.environment("GITHUB_REPOSITORY") ?? "" }

    private var facts: RunFacts {
        var facts = RunFacts(event: event)
        if let ref { facts.github["ref"] = ref }
        if !owner.isEmpty { facts.github["repository"] = owner }
        for fact in known {
            switch fact.context {
            case "github": facts.github[fact.name] = fact.value
            case "vars": facts.variables = (facts.variables ?? [:]).merging([fact.name: fact.value]) { $1 }
            default: facts.inputs = (facts.inputs ?? [:]).merging([fact.name: fact.value]) { $1 }
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
