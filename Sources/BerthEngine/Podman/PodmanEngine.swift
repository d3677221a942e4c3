internal import BerthSystem
internal import Foundation
package import SystemPackage

/// Podman driven by its program: no service has to run.
package struct PodmanEngine: Engine {
    package let address: EngineAddress
    let program: FilePath
    /// Added to the program's environment (CONTAINERS_CONF, CONTAINERS_STORAGE_CONF); empty outside of tests.
    let environment: [String: String]

    private static let oldest = 4

    /// Asks the program for its version, which also shows that it works.
    package init(connecting program: FilePath, address: EngineAddress, environment: [String: String] = [:]) async throws
    {
        self.program = program
        self.address = address
        self.environment = environment
        let text = try await output(["--version"])
        let version = text.split(separator: " ").last.map(String.init) ?? ""
        guard let major = Int(version.prefix { $0.isNumber }), major >= Self.oldest else {
            throw EngineTrouble.tooOld(api: version, needed: "Podman \(Self.oldest)").error(at: program.string)
        }
    }

    package func facts() async throws -> EngineFacts {
        let info = try await decode(PodmanMessages.Info.self, ["info", "--format", "json"])
        return EngineFacts(
            kind: .podman, version: info.version.version, apiVersion: nil, storageDriver: info.store.driver,
            imageStore: .podman,
            platform: ImagePlatform(system: info.host.system, architecture: info.host.architecture),
            memory: info.host.memory, processors: info.host.processors)
    }

    package func layers() async throws -> PresentLayers { .none }

    package func inspect(_ image: String) async throws -> LoadedImage? {
        let outcome = try await run(["image", "exists", image])
        guard outcome.code != 1 else { return nil }
        let images = try await decode([DockerMessages.Image].self, ["image", "inspect", image])
        return images.first?.loaded
    }

    package func remove(_ image: String) async throws -> Bool {
        guard try await inspect(image) != nil else { return false }
        _ = try await output(["image", "rm", "--force", image])
        return true
    }

    /// The program with these arguments and this engine's environment.
    func command(_ arguments: [String], limit: Duration = .seconds(120)) -> Command {
        var command = Command(program, arguments)
        command.environment = environment
        command.limit = limit
        return command
    }

    func run(_ arguments: [String]) async throws -> Command.Outcome { try await command(arguments).run() }

    /// Its output; its own words become the error when it fails.
    @discardableResult
    func output(_ arguments: [String]) async throws -> String {
        let outcome = try await run(arguments)
        guard outcome.succeeded else { throw trouble(outcome, while: arguments.joined(separator: " ")) }
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The error for a podman that failed.
    func trouble(_ outcome: Command.Outcome, while action: String, platform: ImagePlatform? = nil) -> BerthError {
        // Progress and warnings stand before the error, which is the last line.
        let lines = outcome.errors.split(whereSeparator: \.isNewline)
        let words = lines.last { $0.hasPrefix("Error:") } ?? lines.last ?? "exit code \(outcome.code)"
        if words.contains("unable to connect to Podman") || words.contains("Cannot connect to Podman") {
            return BerthError(
                .failed, "Podman's virtual machine isn't running", place: program.string,
                remedy: "start it with 'podman machine start' (first 'podman machine init')")
        }
        return EngineTrouble.reading(String(words), while: "podman \(action)", platform: platform)
            .error(at: program.string)
    }

    func decode<Value: Decodable>(_ type: Value.Type, _ arguments: [String]) async throws -> Value {
        let text = try await output(arguments)
        do { return try JSONDecoder().decode(type, from: Data(text.utf8)) } catch {
            throw BerthError(
                .failed, "podman's answer can't be understood", place: arguments.joined(separator: " "),
                remedy: "update Podman to a version that Berth knows (4.0 or newer)", cause: error)
        }
    }
}
