internal import ArgumentParser
internal import BerthCache
internal import BerthReport
internal import BerthSystem

struct CacheRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Bring folders back by their key, as they were when they were saved.")

    @OptionGroup var entry: EntryOptions

    @Option(
        name: .customLong("restore-key"),
        help: "A prefix that is tried after the key; the newest entry counts. Repeatable.")
    var restoreKeys: [String] = []

    @Flag(help: "End with exit code 5 where no entry has the key itself.")
    var failOnMiss = false

    @OptionGroup var scope: ScopeOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore()
        let (wanted, access) = (try await entry.wanted(restoreKeys), try scope.access())
        let match = try EntryCatalog(store).find(
            wanted.key, restoreKeys: wanted.restoreKeys, version: wanted.version, in: access)
        let recorder = CacheRecorder(store)
        let ticket = recorder.looked(for: wanted.key, version: wanted.version, in: access, found: match)
        defer { for note in recorder.notes { Console.note("note: \(note)\n") } }
        if let match {
            let left = try await recorder.restoring(ticket) {
                try await LocalCache(store).restore(match.entry, to: wanted.places)
            }
            for note in left { Console.note("note: \(note)\n") }
            try StepOutput.write([
                "cache-hit": "\(match.isExact)", "matched-key": match.entry.key.text, "key": wanted.key.text,
            ])
            try common.show(CacheEntryView(match.isExact ? "restored" : "restored by a prefix", match.entry))
        } else {
            try StepOutput.write(["cache-hit": "false", "matched-key": "", "key": wanted.key.text])
        }
        guard match?.isExact != true else { return }
        if failOnMiss { throw missed(wanted.key, access) }
        if match == nil { try common.show(PlainReport("no entry has the key \(wanted.key.text.escaped)", [])) }
    }

    private func missed(_ key: CacheKey, _ access: ScopeAccess) -> BerthError {
        BerthError(
            .missed, "no entry has the key \(key.text.escaped)",
            place: access.readable.map(\.description).joined(separator: ", "),
            remedy: "run the step that fills the folders, then berth cache save")
    }
}
