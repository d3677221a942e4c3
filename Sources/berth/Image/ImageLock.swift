internal import ArgumentParser
internal import BerthImage

struct ImageLock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock", abstract: "Choose the packages of a recipe and write down every file by hash.")

    @OptionGroup var recipe: RecipeArgument
    @OptionGroup var supply: SupplyOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let service = ImageService(
            store: try common.openStore(), progress: common.sink(), configuration: try supply.configuration())
        try common.show(try await service.lock(recipe.folder()))
    }
}
