internal import ArgumentParser
internal import BerthImage
internal import BerthReport
internal import BerthSystem

struct ImageBuild: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Build a recipe's image as its lock says; unchanged inputs make no new version."
    )

    @OptionGroup var recipe: RecipeArgument

    @Option(help: "Platform to build, such as linux/arm64; may be repeated (default: the recipe's first).")
    var platform: [String] = []

    @Flag(help: "Never change the lock: stop when a file of it is served nowhere any more.")
    var locked = false

    @OptionGroup var supply: SupplyOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore()
        let service = ImageService(
            store: store, progress: common.sink(), configuration: try supply.configuration())
        let built = try await service.build(recipe.folder(), try options())
        var report = try VersionCatalog(store).report(built.version)
        report.unchanged = !built.isNew
        report.seconds = built.seconds
        try common.show(report)
    }

    private func options() throws -> ImageService.BuildOptions {
        var options = ImageService.BuildOptions()
        options.locked = locked
        options.epoch = try Machine.sourceDateEpoch()
        if !platform.isEmpty { options.platforms = try platform.map(Platform.required) }
        return options
    }
}
