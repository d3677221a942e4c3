internal import ArgumentParser
internal import BerthImage
internal import BerthReport

struct ImageDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what changed between two versions: packages, and bytes of each layer.")

    @Argument(help: "The older version.")
    var before: String

    @Argument(help: "The newer version.")
    var after: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let catalog = VersionCatalog(try common.openStore())
        let old = try catalog.resolve(before)
        let new = try catalog.resolve(after)
        try common.show(
            VersionComparison.compare(old, try catalog.lock(of: old), new, try catalog.lock(of: new)))
    }
}
