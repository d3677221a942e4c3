internal import ArgumentParser
internal import BerthCache
internal import BerthReport
internal import BerthSystem

struct CacheShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show all that is known of the entries of a key.")

    @Argument(help: "The key, exactly.")
    var key: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore(create: false)
        let wanted = try CacheKey(key)
        let found = try await offload {
            try EntryFigures.all(in: store).filter { $0.entry.key.text.utf8.elementsEqual(wanted.text.utf8) }
        }
        guard !found.isEmpty else {
            throw BerthError(
                .missed, "no entry has the key \(key.escaped)",
                remedy: "berth cache explain \(key.escaped) says what is known of it")
        }
        try common.show(CacheShowView(found.sorted { $0.entry.created > $1.entry.created }))
    }
}
