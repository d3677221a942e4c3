internal import ArgumentParser
internal import BerthImage
internal import BerthReport

struct ImageList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the image versions in the store.", aliases: ["ls"])

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try common.show(try VersionCatalog(common.openStore()).list())
    }
}
