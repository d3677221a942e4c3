internal import ArgumentParser
internal import BerthCache
internal import BerthSystem

struct CacheSave: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "save", abstract: "Keep folders under a key; contents that the store has are not stored again.")

    @OptionGroup var entry: EntryOptions

    @Option(help: "Seconds that it took to make the folders.")
    var cost: Double?

    @OptionGroup var transport: TransportOptions
    @OptionGroup var scope: ScopeOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let cost, !cost.isFinite || cost < 0 { throw ValidationError("--cost is a number of seconds") }
    }

    func run() async throws {
        let mode = try scope.mode()
        guard mode.maySave else { return Console.note(mode.note("saved")) }
        let wanted = try await entry.wanted()
        let cache = try transport.open(scope, common)
        guard let saved = try await save(wanted, cache) else { return }
        for note in cache.notes { Console.note("note: \(note)\n") }
        let done = saved.wasPresent ? "the same content was there already" : "saved"
        try common.show(CacheEntryView(done, saved.summary, saved.entry))
        // A service has a tier of its own.
        guard !saved.wasPresent, let store = (cache as? LocalTransport)?.store, let entry = saved.entry else { return }
        await SharedTier.prepare(store, common) { await $0.offer(entry).notes }
    }

    /// Nil where the job may not save, or a service is in trouble: the job goes on, and its folders are saved another time.
    private func save(_ wanted: EntryOptions.Wanted, _ cache: any CacheTransport) async throws -> SavedEntry? {
        do {
            let saved = try await cache.save(wanted.paths, as: wanted.key, version: wanted.version, cost: cost)
            if saved == nil { Console.note("note: nothing was saved: this job may read caches, and not save them\n") }
            return saved
        } catch let error as BerthError where error.status != .damaged && transport.isMiss(error) {
            Console.note("note: nothing was saved, for the cache service failed\n\(error)\n")
            return nil
        }
    }
}
