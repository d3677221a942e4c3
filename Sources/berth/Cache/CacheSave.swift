internal import ArgumentParser
internal import BerthCache
internal import BerthSystem

struct CacheSave: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "save", abstract: "Keep folders under a key; contents that the store has are not stored again.")

    @OptionGroup var entry: EntryOptions

    @Option(help: "Seconds that it took to make the folders.")
    var cost: Double?

    @OptionGroup var scope: ScopeOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let cost, !cost.isFinite || cost < 0 { throw ValidationError("--cost is a number of seconds") }
    }

    func run() async throws {
        let cache = LocalCache(try common.openStore())
        let wanted = try await entry.wanted()
        let outcome = try await cache.save(
            wanted.paths, as: wanted.key, version: wanted.version, in: scope.access(), cost: cost)
        for note in cache.recorder.notes { Console.note("note: \(note)\n") }
        switch outcome {
        case .saved(let entry):
            try common.show(CacheEntryView("saved", entry))
            await CacheEvict.tend(try common.openStore())
        case .present(let entry): try common.show(CacheEntryView("the same content was there already", entry))
        }
    }
}
