import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// An engine with an image in it, driven by its own client.
struct EngineCalls: Sendable {
    let image: RecipeImage
    let environment: [String: String]
    let client: String
    /// The name under which the image was loaded.
    let name: String

    static let folder = FilePath("/tmp")

    /// The engine with a platform of the newest version; the first who asks starts and loads it.
    static func load(
        _ kind: TestEngine, _ platform: String, _ recipe: String = "python"
    ) async throws -> EngineCalls {
        try await LoadedEngines.shared.load(kind, platform, recipe)
    }

    /// Starts the engine, loads the image, and finds out what it is called there.
    fileprivate static func make(
        _ kind: TestEngine, _ platform: String, _ recipe: String
    ) async throws -> EngineCalls {
        try await TestEngine.emulate()
        let image = try await recipe == "node" ? RecipeImage.node() : RecipeImage.python()
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
    ///
    /// QEMU's user emulation now and then loses the end of a child, and its parent waits for ever: such a container
    /// is removed and gets one more chance.
    func run(
        _ script: String, platform: String = "linux/arm64", options: [String] = []
    ) async throws -> Command.Outcome {
        let container = "berth-test-\(UUID().uuidString.prefix(8).lowercased())"
        let arguments =
            ["run", "--rm", "--pull", "never", "--network", "none", "--platform", platform, "--name"]
        let command = options + [name, "sh", "-euc", script]
        do { return try await call(arguments + [container] + command, limit: .seconds(200)) } catch is BerthError {
            _ = try? await call(["rm", "--force", container], limit: .seconds(30))
            return try await call(arguments + [container + "-again"] + command, limit: .seconds(400))
        }
    }

    /// The engine's own client.
    private func call(_ arguments: [String], limit: Duration) async throws -> Command.Outcome {
        var command = Command(try Programs.require(client, remedy: "scripts/setup test"), arguments)
        command.environment = environment
        command.directory = Self.folder
        command.limit = limit
        return try await command.run()
    }
}

/// Engines that hold the image already.
private actor LoadedEngines {
    static let shared = LoadedEngines()
    private var loaded: [String: Task<EngineCalls, any Error>] = [:]

    func load(_ kind: TestEngine, _ platform: String, _ recipe: String) async throws -> EngineCalls {
        let key = "\(kind) \(platform) \(recipe)"
        if let known = loaded[key] { return try await known.value }
        let task = Task { try await EngineCalls.make(kind, platform, recipe) }
        loaded[key] = task
        return try await task.value
    }
}
