internal import ArgumentParser
internal import BerthImage
internal import BerthRegistry
internal import BerthReport

struct ImagePull: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Pull an image from a registry as a version; all of it is verified.")

    @Argument(help: "What to pull: host/repository:tag or host/repository@sha256:….")
    var reference: String

    @Option(help: "A platform to pull, such as linux/arm64; may be repeated (default: arm64 and amd64).")
    var platform: [String] = []

    @Option(name: .customLong("as"), help: "What it is called here (default: the last part of the repository).")
    var name: String?

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let source = try Reference(reference)
        let platforms = platform.isEmpty ? nil : try platform.map(Platform.required)
        let service = try registry.service(common.openStore(), common.sink())
        try common.show(try await service.pull(source, platforms: platforms, name: name).report)
    }
}
