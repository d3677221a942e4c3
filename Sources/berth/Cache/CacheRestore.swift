internal import ArgumentParser
internal import BerthCache
internal import BerthReport
internal import BerthSystem
internal import SystemPackage

struct CacheRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Bring folders back by their key, as they were when they were saved.")

    @Option(help: "The entry's exact name.")
    var key: String

    @Option(
        name: .customLong("restore-key"),
        help: "A prefix that is tried after the key; the newest entry counts. Repeatable.")
    var restoreKeys: [String] = []

    @OptionGroup var trees: PathOptions

    @Flag(help: "End with exit code 5 where no entry has the key itself.")
    var failOnMiss = false

    @OptionGroup var transport: TransportOptions
    @OptionGroup var scope: ScopeOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let cache = try transport.open(scope, common)
        defer { for note in cache.notes { Console.note("note: \(note)\n") } }
        let found = try await cache.find(
            try CacheKey(key), restoreKeys: try restoreKeys.map { try CacheKey($0) }, version: trees.version)
        if let found {
            let places = trees.trees.map { Destination(label: $0.label, path: FilePath($0.path)) }
            for note in try await cache.restore(found, to: places) { Console.note("note: \(note)\n") }
            try StepOutput.write(["cache-hit": "\(found.isExact)", "matched-key": found.summary.key.text])
            let done = found.isExact ? "restored" : "restored by a prefix"
            try common.show(CacheEntryView(done, found.summary, found.entry))
        } else {
            try StepOutput.write(["cache-hit": "false", "matched-key": ""])
        }
        guard found?.isExact != true else { return }
        if failOnMiss { throw missed() }
        if found == nil { try common.show(PlainReport("no entry has the key \(key.escaped)", [])) }
    }

    private func missed() -> BerthError {
        // A service knows the scope by the token, and we do not.
        let scopes = try? transport.isRemote ? nil : scope.access().readable.map(\.description).joined(separator: ", ")
        return BerthError(
            .missed, "no entry has the key \(key.escaped)", place: scopes,
            remedy: "run the step that fills the folders, then berth cache save")
    }
}
