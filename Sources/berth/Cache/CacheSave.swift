internal import ArgumentParser
internal import BerthCache
internal import BerthSystem
internal import SystemPackage

struct CacheSave: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "save", abstract: "Keep folders under a key; contents that the store has are not stored again.")

    @Option(help: "The entry's exact name.")
    var key: String

    @OptionGroup var trees: PathOptions

    @Option(help: "Seconds that it took to make the folders.")
    var cost: Double?

    @OptionGroup var transport: TransportOptions
    @OptionGroup var scope: ScopeOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let cost, !cost.isFinite || cost < 0 { throw ValidationError("--cost is a number of seconds") }
    }

    func run() async throws {
        let cache = try transport.open(scope, common)
        let paths = trees.trees.map { SavedPath(label: $0.label, path: FilePath($0.path)) }
        let saved = try await cache.save(paths, as: CacheKey(key), version: trees.version, cost: cost)
        for note in cache.notes { Console.note("note: \(note)\n") }
        let done = saved.wasPresent ? "the same content was there already" : "saved"
        try common.show(CacheEntryView(done, saved.summary, saved.entry))
        // A service looks after its own limits.
        if !saved.wasPresent, !transport.isRemote { await CacheEvict.tend(try common.openStore()) }
    }
}
