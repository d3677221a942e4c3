internal import ArgumentParser
internal import BerthCache
internal import BerthReport
internal import BerthStore
internal import BerthSystem

struct CacheCloseScope: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close-scope",
        abstract: "Say that a branch or pull request is closed: its entries are the first to go when space is needed.",
        discussion: "Call it from a workflow that runs on closed pull requests and deleted branches.")

    @Argument(help: "The reference in full, such as refs/pull/7/merge.")
    var reference: String

    @Option(help: "The repository, as owner/name (default: $GITHUB_REPOSITORY, else local/default).")
    var repository: String?

    @Flag(help: "Take that back.")
    var reopen = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let name = repository ?? Machine.environment("GITHUB_REPOSITORY") ?? "local/default"
        let scope = try Scope(repository: name, reference: reference)
        let log = try common.openStore().cacheLog
        let text = "\(scope)".escaped
        guard reopen else {
            try log.close(repository: scope.repository, reference: scope.reference, at: Machine.now)
            return try common.show(PlainReport("closed: \(text)", [], identifiers: [scope.reference]))
        }
        guard try log.reopen(repository: scope.repository, reference: scope.reference) else {
            throw BerthError(.missed, "it was not closed: \(text)", done: "nothing was changed")
        }
        try common.show(PlainReport("open again: \(text)", [], identifiers: [scope.reference]))
    }
}
