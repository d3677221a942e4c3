internal import ArgumentParser
internal import BerthImage
internal import BerthReport

struct ImageShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one image version: digests, layers, sizes.")

    @Argument(help: "The version: python, python:latest, python:2026.11.23 or a digest.")
    var version: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let catalog = VersionCatalog(try common.openStore())
        try common.show(try catalog.report(catalog.resolve(version)))
    }
}
