internal import ArgumentParser
internal import BerthImage
internal import BerthReport
internal import BerthStore

struct ImageHistory: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show when an image was built, how long it took and how large it became.")

    @Argument(help: "The image's name.")
    var name: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore()
        try common.show(BuildHistoryView(try store.history.builds(of: name)))
    }
}
