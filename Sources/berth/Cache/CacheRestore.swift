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

    @Option(help: "USER:GROUP, as numbers: give what was restored to a job's user. Only root may do that.")
    var owner: String?

    @Flag(help: "End with exit code 5 where no entry has the key itself.")
    var failOnMiss = false

    @OptionGroup var transport: TransportOptions
    @OptionGroup var scope: ScopeOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        var options = ways.options
        options.owner = try owner.map { try TreeOwner($0) }
        let (wanted, mode) = (try await entry.wanted(restoreKeys), try scope.mode())
        guard mode.mayRead else { return try end(mode, wanted.key) }
        if !transport.isRemote {
            let access = try scope.access()
            await SharedTier.prepare(try common.openStore(), common) {
                await $0.prepare(wanted.key, restoreKeys: wanted.restoreKeys, version: wanted.version, in: access)
            }
        }
        try await offload { KilledRestores.clearUp(wanted.places.map(\.path)) }
        let cache = try transport.open(scope, common)
        defer { for note in cache.notes { Console.note("note: \(note)\n") } }
        let found = try await orMiss {
            try await cache.find(wanted.key, restoreKeys: wanted.restoreKeys, version: wanted.version)
        }
        var isHit = false
        if let found,
            let outcome = try await orMiss({ try await cache.restore(found, to: wanted.places, options: options) })
        {
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

    /// Nil where the entry is damaged, or the service in trouble: that counts as a miss, and the job goes on.
    private func orMiss<Result>(_ work: () async throws -> Result?) async throws -> Result? {
        do { return try await work() } catch let error as BerthError where transport.isMiss(error) {
            let why = error.status == .damaged ? "the entry is damaged" : "the cache service failed"
            Console.note("note: this counts as a miss, for \(why)\n\(error)\n")
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
