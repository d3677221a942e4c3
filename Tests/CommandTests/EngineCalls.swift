import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// An engine with the Python image in it, driven by its own client.
struct EngineCalls: Sendable {
    let image: PythonImage
    let environment: [String: String]
    let client: String
    /// The name under which the image was loaded.
    let name: String

    static let folder = FilePath("/tmp")

    /// Starts the engine, loads a platform of the newest version, and finds out what it is called there.
    static func load(_ kind: TestEngine, _ platform: String) async throws -> EngineCalls {
        try await TestEngine.emulate()
        let image = try await PythonImage.shared()
        let running = try await kind.start()
        var calls = image.calls
        calls.environment.merge(running.environment) { $1 }
        let engine = running.host ?? "podman"
        let loaded = try await calls.berth(
            "image", "load", image.newest, "--platform", platform, "--engine", engine, "--quiet", limit: .seconds(600))
        try #require(loaded.code == 0, "\(loaded.errors.suffix(2000))")
        let tag = try #require(image.newest.split(separator: ":").last)
        let name = try #require(loaded.output.split(separator: "\n").map(String.init).first { $0.hasSuffix(":\(tag)") })
        return EngineCalls(
            image: image, environment: running.environment, client: running.host == nil ? "podman" : "docker",
            name: name)
    }

    /// Runs a line of shell in a fresh container without a network.
    func run(
        _ script: String, platform: String = "linux/arm64", options: [String] = []
    ) async throws -> Command.Outcome {
        let arguments =
            ["run", "--rm", "--pull", "never", "--network", "none", "--platform", platform] + options
            + [name, "sh", "-euc", script]
        var command = Command(try Programs.require(client, remedy: "scripts/setup test"), arguments)
        command.environment = environment
        command.directory = Self.folder
        command.limit = .seconds(400)
        return try await command.run()
    }
}
