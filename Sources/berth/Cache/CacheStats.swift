internal import ArgumentParser
internal import BerthCache
internal import BerthReport
internal import BerthSystem

struct CacheStats: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Show what the cache did and holds: hits, bytes, time saved, evictions.")

    @Option(help: "Count the last so many days only.")
    var days: Int?

    @Option(help: "Count one repository only, as owner/name.")
    var repository: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let days, !(1...36_500).contains(days) { throw ValidationError("--days is a number from 1 to 36500") }
    }

    func run() async throws {
        let store = try common.openStore(create: false)
        let since = days.map { Machine.now - Int64($0) * 86_400 } ?? 0
        let scope = try repository.map { try Scope(repository: $0, reference: "refs/heads/main") }
        let name = scope?.repository
        try common.show(
            try await offload { try CacheStatistics(store).report(since: since, repository: name) })
    }
}
