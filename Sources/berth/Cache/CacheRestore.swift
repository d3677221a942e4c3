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

    @OptionGroup var scope: ScopeOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore()
        let (wanted, access) = (try CacheKey(key), try scope.access())
        let prefixes = try restoreKeys.map { try CacheKey($0) }
        await SharedTier.prepare(store, common) {
            await $0.prepare(wanted, restoreKeys: prefixes, version: trees.version, in: access)
        }
        let match = try EntryCatalog(store).find(wanted, restoreKeys: prefixes, version: trees.version, in: access)
        if let match {
            let places = trees.trees.map { Destination(label: $0.label, path: FilePath($0.path)) }
            for note in try await LocalCache(store).restore(match.entry, to: places) { Console.note("note: \(note)\n") }
            try StepOutput.write(["cache-hit": "\(match.isExact)", "matched-key": match.entry.key.text])
            try common.show(CacheEntryView(match.isExact ? "restored" : "restored by a prefix", match.entry))
        } else {
            try StepOutput.write(["cache-hit": "false", "matched-key": ""])
        }
        guard match?.isExact != true else { return }
        if failOnMiss { throw missed(access) }
        if match == nil { try common.show(PlainReport("no entry has the key \(key.escaped)", [])) }
    }

    private func missed(_ access: ScopeAccess) -> BerthError {
        BerthError(
            .missed, "no entry has the key \(key.escaped)",
            place: access.readable.map(\.description).joined(separator: ", "),
            remedy: "run the step that fills the folders, then berth cache save")
    }
}
