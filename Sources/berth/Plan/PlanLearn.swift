internal import ArgumentParser
internal import BerthReport
internal import BerthRunner
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

struct PlanLearn: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learn",
        abstract: "Record runs that GitHub has done, so that plans with --history know how long jobs take.",
        discussion: """
            RUNS are files with what `gh api --paginate repos/OWNER/REPO/actions/runs/ID/jobs` prints. A run that is \
            recorded already is not recorded twice. Failed and cancelled runs are kept, and not learned from.
            """)

    @OptionGroup var workflows: WorkflowOptions

    @Option(name: .customLong("runs"), help: "A file with the jobs of runs, or - for standard input. Repeatable.")
    var runs: [String] = []

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if runs.isEmpty { throw ValidationError("name a file with runs: --runs FILE, or --runs - for standard input") }
        if workflows.files.count != 1 { throw ValidationError("name the one workflow that the runs are of") }
        if workflows.owner.wholeMatch(of: #/[^\/\s]+\/[^\/\s]+/#) == nil {
            throw ValidationError("name the repository: --repository OWNER/NAME")
        }
    }

    func run() async throws {
        let set = try await workflows.read()
        let (store, owner, paths) = (try common.openStore(), workflows.owner, runs)
        let report = try await offload {
            var report = LearnReport()
            for path in paths {
                let bytes = try path == "-" ? Files.readInput() : Files.read(FilePath(path))
                for member in set.members {
                    let found = try GitHubRuns(bytes, of: member, repository: owner)
                    report.add(new: try store.runs.add(found.rows), of: found.rows.count, found.passedOver)
                }
            }
            return report
        }
        try common.show(report)
    }
}
