internal import ArgumentParser
internal import BerthCache
internal import BerthReport
internal import BerthSystem
internal import SystemPackage

struct CacheRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "End the mount that a restore made, with all that was written through it.")

    @Argument(help: "The folder that was restored with --strategy overlay.")
    var path: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore(create: false)
        let place = FilePath(path)
        try await offload { try HotFolder(store).release(place) }
        try common.show(PlainReport("released: \(path.escaped)", []))
    }
}
