internal import ArgumentParser
internal import BerthCache
internal import BerthSystem

struct CachePull: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Pull an entry from a registry into the store; all of it is verified.")

    @Argument(help: "The entry's exact name.")
    var key: String

    @Option(
        name: .customLong("restore-key"),
        help: "A prefix that is tried after the key; the newest entry counts. Repeatable.")
    var restoreKeys: [String] = []

    @Option(help: "The repository: host/name (default: $BERTH_CACHE_REMOTE, else cache: remote: in berth.yaml).")
    var from: String?

    @OptionGroup var trees: PathOptions
    @OptionGroup var scope: ScopeOptions
    @OptionGroup var registry: TierOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let tier = try registry.tier(try common.openStore(), from, common.sink())
        let (wanted, access) = (try CacheKey(key), try scope.access())
        let match = try await tier.pull(
            wanted, restoreKeys: restoreKeys.map { try CacheKey($0) }, version: trees.version, in: access)
        guard let match else {
            throw BerthError(
                .failed, "the registry has no entry with the key \(key.escaped) for these paths",
                place: "\(tier.repository), \(access.readable.map { "\($0)".escaped }.joined(separator: ", "))",
                done: "nothing was pulled", remedy: "push it from where it was saved: berth cache push")
        }
        try common.show(
            CacheEntryView(
                match.isExact ? "pulled" : "pulled by a prefix", EntrySummary(match.entry), match.entry))
    }
}
