internal import ArgumentParser
internal import BerthCache
internal import BerthReport

struct CacheList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the entries of the cache, the newest first.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let entries = try EntryCatalog(try common.openStore(create: false)).list()
        try common.show(CacheListView(entries.sorted { ($0.created, $0.key.text) > ($1.created, $1.key.text) }))
    }
}
