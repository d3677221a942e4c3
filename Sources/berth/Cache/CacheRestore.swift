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

    @OptionGroup var ways: RestoreWayOptions

    @Flag(help: "End with exit code 5 where no entry has the key itself.")
    var failOnMiss = false

    @OptionGroup var transport: TransportOptions
    @OptionGroup var scope: ScopeOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let (wanted, mode) = (try await entry.wanted(restoreKeys), try scope.mode())
        guard mode.mayRead else { return try end(mode, wanted.key) }
        if !transport.isRemote {
            let access = try scope.access()
            await SharedTier.prepare(try common.openStore(), common) {
                await $0.prepare(wanted.key, restoreKeys: wanted.restoreKeys, version: wanted.version, in: access)
            }
        }
        let cache = try transport.open(scope, common)
        defer { for note in cache.notes { Console.note("note: \(note)\n") } }
        let found = try await cache.find(wanted.key, restoreKeys: wanted.restoreKeys, version: wanted.version)
        var isHit = false
        if let found, let outcome = try await restore(found, to: wanted.places, cache) {
            isHit = found.isExact
            for note in outcome.notes { Console.note("note: \(note)\n") }
            try StepOutput.write([
                "cache-hit": "\(found.isExact)", "matched-key": found.summary.key.text, "key": wanted.key.text,
            ])
            let done = found.isExact ? "restored" : "restored by a prefix"
            try common.show(RestoredView(done, found.summary, found.entry, outcome))
        } else {
            try StepOutput.write(["cache-hit": "false", "matched-key": "", "key": wanted.key.text])
        }
        guard !isHit else { return }
        if failOnMiss { throw missed(wanted.key) }
        if found == nil { try common.show(PlainReport("no entry has the key \(wanted.key.text.escaped)", [])) }
    }

    /// A job that may not read has a miss.
    private func end(_ mode: CacheMode, _ key: CacheKey) throws {
        Console.note(mode.note("restored"))
        try StepOutput.write(["cache-hit": "false", "matched-key": "", "key": key.text])
        if failOnMiss { throw missed(key) }
    }

    /// Nil where the entry is damaged: it counts as a miss, and the job goes on.
    private func restore(
        _ found: FoundEntry, to places: [Destination], _ cache: any CacheTransport
    ) async throws -> RestoreOutcome? {
        do { return try await cache.restore(found, to: places, options: ways.options) } catch let error as BerthError
            where error.status == .damaged
        {
            Console.note("note: the entry counts as a miss, for it is damaged\n\(error)\n")
            return nil
        }
    }

    private func missed(_ key: CacheKey) -> BerthError {
        // A service knows the scope by the token, and we do not.
        let scopes = try? transport.isRemote ? nil : scope.access().readable.map(\.description).joined(separator: ", ")
        return BerthError(
            .missed, "no entry has the key \(key.text.escaped)", place: scopes,
            remedy: "run the step that fills the folders, then berth cache save")
    }
}
