internal import ArgumentParser
internal import BerthEngine
internal import BerthImage
internal import BerthReport
internal import BerthSystem

struct ImageTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run the recipe's smoke tests in throw-away containers of its newest version.")

    @OptionGroup var recipe: RecipeArgument

    @Option(help: "The platform to test (default: the engine's own, else the version's first).")
    var platform: String?

    @OptionGroup var engine: EngineOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let recipe = try RecipeReader.read(recipe.folder())
        let store = try common.openStore()
        let version = try VersionCatalog(store).resolve(recipe.name)
        let engine = try await engine.open()
        let loaded = try await ImageLoader(store: store, engine: engine, progress: common.sink())
            .load(version, platform: try platform.map(Platform.required))
        let rows = try await SmokeTester(engine: engine, progress: common.sink()).run(recipe.tests, in: loaded)
        let report = SmokeReport(
            version: version.reference, engine: engine.address.location, platform: "\(loaded.platform)", tests: rows)
        try common.show(report)
        guard report.passed else { throw BerthError(.failed, "the smoke test of \(version.reference) failed") }
    }
}
