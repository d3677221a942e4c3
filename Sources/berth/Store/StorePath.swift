internal import ArgumentParser
internal import BerthStore
internal import SystemPackage

struct StorePath: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "path", abstract: "Print the store's folder.")

    @OptionGroup var common: CommonOptions

    func run() async throws { try Console.write(common.openStore().root.string) }
}
