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
    @OptionGroup var ways: RestoreWayOptions

    @Flag(help: "End with exit code 5 where no entry has the key itself.")
    var failOnMiss = false

    @OptionGroup var scope: ScopeOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore()
        let (wanted, access) = (try CacheKey(key), try scope.access())
        let match = try EntryCatalog(store).find(
            wanted, restoreKeys: try restoreKeys.map { try CacheKey($0) }, version: trees.version, in: access)
        var isHit = false
        if let match, let outcome = try await restore(match.entry, LocalCache(store)) {
            for note in outcome.notes { Console.note("note: \(note)\n") }
            isHit = match.isExact
            try StepOutput.write(["cache-hit": "\(match.isExact)", "matched-key": match.entry.key.text])
            try common.show(
                RestoredView(match.isExact ? "restored" : "restored by a prefix", match.entry, outcome))
        } else {
            try StepOutput.write(["cache-hit": "false", "matched-key": ""])
        }
        guard !isHit else { return }
        if failOnMiss { throw missed(access) }
        if match == nil { try common.show(PlainReport("no entry has the key \(key.escaped)", [])) }
    }

    /// Nil where the entry is damaged: it counts as a miss, and the job goes on.
    private func restore(_ entry: CacheEntry, _ cache: LocalCache) async throws -> RestoreOutcome? {
        let places = trees.trees.map { Destination(label: $0.label, path: FilePath($0.path)) }
        do { return try await cache.restore(entry, to: places, options: ways.options) } catch let error as BerthError
            where error.status == .damaged
        {
            Console.note("note: the entry counts as a miss, for it is damaged\n\(error)\n")
            return nil
        }
    }

    private func missed(_ access: ScopeAccess) -> BerthError {
        BerthError(
            .missed, "no entry has the key \(key.escaped)",
            place: access.readable.map(\.description).joined(separator: ", "),
            remedy: "run the step that fills the folders, then berth cache save")
    }
}
