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
        let saved = try await cache.save(wanted.paths, as: wanted.key, version: wanted.version, cost: cost)
        for note in cache.notes { Console.note("note: \(note)\n") }
        let done = saved.wasPresent ? "the same content was there already" : "saved"
        try common.show(CacheEntryView(done, saved.summary, saved.entry))
        // A service looks after its own limits.
        guard !saved.wasPresent, !transport.isRemote else { return }
        let store = try common.openStore()
        if let entry = saved.entry { await SharedTier.prepare(store, common) { await $0.offer(entry).notes } }
        await CacheEvict.tend(store)
    }
}
