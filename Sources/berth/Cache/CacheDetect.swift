internal import ArgumentParser
internal import BerthCache
internal import BerthSystem
internal import SystemPackage

struct CacheDetect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "detect", abstract: "Propose profiles for a checkout, with the steps of a workflow.")

    @Argument(help: "The checkout's folder.")
    var directory = "."

    @Option(help: "The folder of the profiles that Berth ships (default: $BERTH_PROFILES, else beside the program).")
    var profiles: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let options = ["--root", directory] + (profiles.map { ["--profiles", $0] } ?? [])
        let keys = try ProfileOptions.parse(options).keys()
        guard (try? Files.list(keys.folder)) != nil, Files.exists(keys.folder) else {
            throw BerthError(.usage, "there is no such folder", place: keys.folder.string, remedy: "name a checkout")
        }
        try common.show(DetectView(try await ProfileDetection.propose(keys.catalog.all(), for: keys.folder)))
    }
}
