internal import ArgumentParser
internal import BerthStore

struct StoreRepair: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair", abstract: "Set damaged blobs aside, drop names that lead nowhere, make the index anew.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore(create: false)
        try common.show(StoreRepairView(try await store.repair(progress: common.sink())))
    }
}
