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

    @OptionGroup var scope: ScopeOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let cost, !cost.isFinite || cost < 0 { throw ValidationError("--cost is a number of seconds") }
    }

    func run() async throws {
        let store = try common.openStore()
        let cache = LocalCache(store)
        let paths = trees.trees.map { SavedPath(label: $0.label, path: FilePath($0.path)) }
        let outcome = try await cache.save(
            paths, as: CacheKey(key), version: trees.version, in: scope.access(), cost: cost)
        switch outcome {
        case .saved(let entry):
            try common.show(CacheEntryView("saved", entry))
            await SharedTier.prepare(store, common) { await $0.offer(entry).notes }
        case .present(let entry): try common.show(CacheEntryView("the same content was there already", entry))
        }
    }
}
