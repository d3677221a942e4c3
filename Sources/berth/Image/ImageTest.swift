internal import ArgumentParser
internal import BerthEngine
internal import BerthImage
internal import BerthReport
internal import BerthSystem

struct ImageTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run the recipe's smoke tests in throw-away containers of its newest version.")

    @OptionGroup var recipe: RecipeArgument

    @Option(help: "The version (default: the recipe's newest).")
    var version: String?

    @Flag(help: "Say so and end well where no engine runs.")
    var ifEngine = false

    @Option(help: "The platform to test (default: the engine's own, else the version's first).")
    var platform: String?

    @OptionGroup var engine: EngineOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let recipe = try RecipeReader.read(recipe.folder())
        let store = try common.openStore()
        let version = try VersionCatalog(store).resolve(version ?? recipe.name)
        guard let engine = try await reachable() else {
            return try Console.write("no engine runs here: \(version.reference) was not tested in a container")
        }
        let loaded = try await ImageLoader(store: store, engine: engine, progress: common.sink())
            .load(version, platform: try platform.map(Platform.required))
        guard let rows = try await run(recipe.tests, in: loaded, on: engine) else { return }
        let report = SmokeReport(
            version: version.reference, engine: engine.address.location, platform: "\(loaded.platform)", tests: rows)
        try common.show(report)
        guard report.passed else { throw BerthError(.failed, "the smoke test of \(version.reference) failed") }
    }

    /// How the tests went; nil when the engine can't run the image's platform and `--if-engine` lets that pass.
    private func run(
        _ tests: [Recipe.SmokeTest], in loaded: ImageLoader.Loaded, on engine: any Engine
    ) async throws -> [SmokeReport.Row]? {
        let isForeign = try await "\(engine.facts().platform)" != "\(loaded.platform)"
        do {
            return try await SmokeTester(engine: engine, progress: common.sink()).run(tests, in: loaded)
        } catch let error as BerthError where ifEngine && isForeign {
            let hint = error.remedy.map { "\nhint: \($0)" } ?? ""
            try Console.write("not tested for \(loaded.platform): \(error.what)\(hint)")
            return nil
        }
    }

    /// The engine; nil when there is none and that is fine.
    private func reachable() async throws -> (any Engine)? {
        guard ifEngine else { return try await engine.open() }
        return try? await engine.open()
    }
}
