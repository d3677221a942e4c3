import BerthEngine
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

extension TestEngine {
    /// The engine, running and opened as Berth does it.
    func open() async throws -> any Engine {
        let running = try await start()
        if let host = running.host { return try await Engines.open(host) }
        let program = try Programs.require("podman", remedy: "apt-get install podman")
        return try await PodmanEngine(
            connecting: program, address: EngineAddress(.podman(program), reason: "for a test"),
            environment: running.environment)
    }

    /// A tiny image of an architecture, loaded under a name that no other test uses.
    func loaded(_ architecture: String = "amd64") async throws -> (engine: any Engine, image: TinyImage) {
        let engine = try await open()
        let image = try await TinyImage(TestEngine.freshName(), architecture)
        _ = try await engine.load(image.archive())
        return (engine, image)
    }

    /// A full image name that no other test uses.
    static func freshName() -> String { "docker.io/library/berth-test:\(UUID().uuidString.lowercased())" }

    /// The containers of an image, in any state, as the engine's own program lists them.
    func containers(of image: String) async throws -> [Substring] {
        let running = try await start()
        let name = running.host == nil || self == .podmanService ? "podman" : "docker"
        let program = try Programs.require(name, remedy: "apt-get install podman docker.io")
        var command = Command(program, ["ps", "--all", "--quiet", "--filter", "ancestor=\(image)"])
        command.environment = running.environment
        if name == "podman" { command.environment["DOCKER_HOST"] = "" }
        return try await command.output().split(whereSeparator: \.isNewline)
    }
}

/// The error that work ends with; fails the test when there is none.
func failure(_ work: () async throws -> Void) async throws -> BerthError {
    do { try await work() } catch let error as BerthError { return error }
    Issue.record("nothing was thrown")
    throw BerthError(.failed, "nothing was thrown")
}
