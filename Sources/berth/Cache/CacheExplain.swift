internal import ArgumentParser
internal import BerthCache
internal import BerthReport
internal import BerthSystem

struct CacheExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say why a key is found or missed, from where a job stands.")

    @Argument(help: "The key, exactly.")
    var key: String

    @Option(
        name: .customLong("path"), help: "The paths of the restore: entries of other paths are told apart. Repeatable.")
    var paths: [String] = []

    @Option(help: "The version of the entries (default: by the paths; without those any).")
    var version: String?

    @OptionGroup var transport: TransportOptions
    @OptionGroup var scope: ScopeOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let wanted = try CacheKey(key)
        let cache = try transport.open(scope, common, create: false)
        var trees = PathOptions()
        trees.paths = paths
        let chosen = version ?? (paths.isEmpty ? nil : trees.version)
        try common.show(try await cache.explain(wanted, version: chosen))
    }
}
