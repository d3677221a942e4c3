internal import ArgumentParser
internal import BerthImage
internal import BerthReport
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

struct ImageBuild: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Build a recipe's image as its lock says; unchanged inputs make no new version."
    )

    @OptionGroup var recipe: RecipeArgument

    @Option(help: "Platform to build, such as linux/arm64; may be repeated (default: the recipe's first).")
    var platform: [String] = []

    @Flag(help: "Never change the lock: stop when a file of it is served nowhere any more.")
    var locked = false

    @OptionGroup var engine: EngineOptions
    @OptionGroup var supply: SupplyOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore()
        let built = try await build(recipe.folder(), store)
        var report = try VersionCatalog(store).report(built.version)
        report.unchanged = !built.isNew
        report.seconds = built.seconds
        try common.show(report)
    }

    private func build(_ folder: FilePath, _ store: Store) async throws -> ImageService.Built {
        if case .dockerfile = try RecipeReader.read(folder).builder {
            return try await DockerfileBuilder(store: store, engine: engine.open(), progress: common.sink())
                .build(folder, try options())
        }
        let service = ImageService(store: store, progress: common.sink(), configuration: try supply.configuration())
        return try await service.build(folder, try options())
    }

    private func options() throws -> ImageService.BuildOptions {
        var options = ImageService.BuildOptions()
        options.locked = locked
        options.epoch = try Machine.sourceDateEpoch()
        if !platform.isEmpty { options.platforms = try platform.map(Platform.required) }
        return options
    }
}
