internal import ArgumentParser
internal import BerthCache
internal import BerthReport
internal import BerthSystem

struct CacheList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the entries of the cache, the newest first.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore(create: false)
        let entries = try await offload { try EntryFigures.all(in: store) }
        try common.show(
            CacheListView(
                entries.sorted { ($0.entry.created, $0.entry.key.text) > ($1.entry.created, $1.entry.key.text) }))
    }
}
