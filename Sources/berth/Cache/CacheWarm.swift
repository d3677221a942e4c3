internal import ArgumentParser
internal import BerthCache
internal import BerthReport
internal import BerthSystem

struct CacheWarm: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "warm", abstract: "Keep an entry unpacked in the store, so that restores share its files.",
        discussion: """
            A restore does that by itself the second time, where the file system can share blocks. Unpacked entries may \
            be dropped at any time: the least recently used go first when they take more than the policy's `hot` together.
            """)

    @Option(help: "The entry's exact name.")
    var key: String

    @OptionGroup var trees: PathOptions
    @OptionGroup var scope: ScopeOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore(create: false)
        let access = try scope.access()
        guard let match = try EntryCatalog(store).find(CacheKey(key), version: trees.version, in: access),
            match.isExact
        else {
            throw BerthError(
                .missed, "no entry has the key \(key.escaped)",
                place: access.readable.map(\.description).joined(separator: ", "),
                remedy: "`berth cache list` shows which there are; --path must name the same folders")
        }
        try await LocalCache(store).warm(match.entry)
        try common.show(CacheEntryView("kept unpacked", EntrySummary(match.entry), match.entry))
    }
}
