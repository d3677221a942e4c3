internal import ArgumentParser
internal import BerthImage
internal import BerthRegistry
internal import BerthReport

struct ImageCopy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy", abstract: "Copy an image from one registry to another, with all that refers to it.")

    @Argument(help: "The image: host/repository:tag or host/repository@sha256:….")
    var from: String

    @Argument(help: "Where to: host/repository[:tag] (default tag: the same).")
    var to: String

    @Option(help: "A further tag to set; may be repeated.")
    var tag: [String] = []

    @OptionGroup var dry: DryRunOptions
    @OptionGroup var registry: RegistryOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let service = try registry.service(common.openStore(), common.sink())
        let (source, target, tags) = (try Reference(from), try Reference(to), try tag.map { try Tag($0) })
        if dry.isAsked {
            return try dry.show(try await service.copyPlan(from: source, to: target, tags: tags), common)
        }
        try common.show(try await service.copy(from: source, to: target, tags: tags))
    }
}
