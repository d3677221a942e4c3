internal import ArgumentParser
internal import BerthArchive
internal import BerthImage
internal import BerthRegistry
internal import BerthReport

struct ImagePush: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push", abstract: "Push a version to a registry; blobs that are there are not sent again.")

    @Argument(help: "The version: python, python:latest, python:2026.11.23 or a digest.")
    var version: String

    @Argument(
        help:
            "Where to: host/repository[:tag] (default: registry in berth.yaml). Without a tag, the version's own is set."
    )
    var reference: String?

    @Option(help: "A further tag to set; may be repeated.")
    var tag: [String] = []

    @Option(help: "How layers are compressed on the registry: stored, gzip or zstd.")
    var compression = Form.stored

    @Option(help: "A repository on the same registry that may have the blobs already; may be repeated.")
    var mountFrom: [String] = []

    @OptionGroup var dry: DryRunOptions
    @OptionGroup var registry: RegistryOptions
    @OptionGroup var common: CommonOptions

    enum Form: String, ExpressibleByArgument, CaseIterable {
        case stored
        case gzip
        case zstd

        var compression: Compression? {
            switch self {
            case .stored: nil
            case .gzip: .standard
            case .zstd: .zstd(level: 3)
            }
        }
    }

    func run() async throws {
        let store = try common.openStore(create: !dry.isAsked)
        let version = try VersionCatalog(store).resolve(version)
        var options = RegistryService.PushOptions()
        options.tags = try tag.map { try Tag($0) }
        options.compression = compression.compression
        options.mountFrom = try mountFrom.map { try Reference($0).repository }
        let target = try RegistryOptions.target(reference, for: version.name)
        let service = try registry.service(store, common.sink())
        if dry.isAsked { return try dry.show(try await service.pushPlan(version, to: target, options), common) }
        try common.show(try await service.push(version, to: target, options))
    }
}
