internal import ArgumentParser
internal import BerthEngine
internal import BerthImage
internal import BerthReport

struct ImageLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Put a version into Docker or Podman; layers it has are not sent again.")

    @OptionGroup var version: VersionArgument
    @OptionGroup var engine: EngineOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore()
        let version = try version.find(store)
        let engine = try await engine.open()
        let loaded = try await ImageLoader(store: store, engine: engine, progress: common.sink())
            .load(version.0, platform: self.version.chosen())
        try common.show(
            PlainReport(
                "loaded \(version.0.reference) for \(loaded.platform) into \(engine.address.location)",
                [.init("id", "\(loaded.id)"), .init("names", loaded.names.joined(separator: ", "))],
                identifiers: loaded.names))
    }
}
