internal import ArgumentParser
internal import BerthImage
internal import BerthReport
internal import BerthSystem

struct ImageVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check a version against its digests; --rebuild builds it again and compares.")

    @OptionGroup var recipe: RecipeArgument

    @Option(help: "The version (default: the recipe's newest).")
    var version: String?

    @Flag(help: "Build it again from its lock, with nothing kept, and compare.")
    var rebuild = false

    @OptionGroup var supply: SupplyOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let recipe = try RecipeReader.read(recipe.folder())
        let store = try common.openStore()
        let version = try VersionCatalog(store).resolve(version ?? recipe.name)
        let verifier = VersionVerifier(
            store: store, progress: common.sink(), configuration: try supply.configuration())
        let blobs = try await verifier.verify(version)
        let rows = rebuild ? try await verifier.rebuild(version, recipe: recipe) : nil
        let report = RebuildReport(version: version.reference, blobs: blobs, rebuilt: rows)
        try common.show(report)
        guard report.isGood else {
            throw BerthError(
                .damaged, "\(version.reference) can't be reproduced",
                remedy: "report the layers named above: equal locks must give equal layers")
        }
    }
}
