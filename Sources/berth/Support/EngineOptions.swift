internal import ArgumentParser
internal import BerthEngine
internal import BerthImage
internal import BerthStore

/// Which engine a command talks to.
struct EngineOptions: ParsableArguments {
    @Option(
        help: "The engine: docker, podman, a socket's address or a docker context (default: as its client finds it).")
    var engine: String?

    func open() async throws -> any Engine { try await Engines.open(engine) }
}

/// Which version a command works on, and for which platform.
struct VersionArgument: ParsableArguments {
    @Argument(help: "The version: python, python:latest, python:2026.11.23 or a digest.")
    var version: String

    @Option(help: "One platform of it, such as linux/arm64.")
    var platform: String?

    func chosen() throws -> Platform? { try platform.map(Platform.required) }

    /// The version and the images that were asked for: one platform's, or all.
    func find(_ store: Store) throws -> (Version, [PlatformImage]) {
        let version = try VersionCatalog(store).resolve(version)
        guard let chosen = try chosen() else { return (version, version.platforms) }
        return (version, [try version.required(chosen)])
    }
}
