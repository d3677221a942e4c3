internal import ArgumentParser
internal import BerthReport
internal import BerthSystem

/// For commands that can say what they would do.
struct DryRunOptions: ParsableArguments {
    @Flag(help: "Say what would be done, with a reason for each, and change nothing.")
    var dryRun = false

    @Flag(help: "Say the same, and end with 3 when something would be done.")
    var dryRunCode = false

    var isAsked: Bool { dryRun || dryRunCode }

    /// Shows what would be done and ends as was asked for.
    func show(_ report: DryRunReport, _ common: CommonOptions) throws {
        try common.show(report)
        try end(changes: report.changesAnything)
    }

    /// Ends with 3 where that was asked for and something would change.
    func end(changes: Bool) throws {
        guard dryRunCode, changes else { return }
        throw BerthError(.partial, "something would be done", done: "nothing was changed")
    }
}
