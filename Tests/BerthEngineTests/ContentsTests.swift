import BerthEngine
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// What an engine holds, and taking names from images that nothing uses.
@Suite(.linuxOnly("Docker's and Podman's own programs")) struct ContentsTests {
    @Test(arguments: TestEngine.usual)
    func `an image is listed with the container that uses it, and goes only after that`(kind: TestEngine) async throws {
        let engine = try await kind.open()
        let image = try await TinyImage(TestEngine.freshName(), "amd64", extra: UUID().uuidString)
        let loaded = try await engine.load(image.archive())
        let listed = try #require(try await engine.contents().images.first { $0.id == loaded.id })
        #expect(listed.names == [image.name] || listed.names == [image.name.replacing("docker.io/library/", with: "")])
        let container = "berth-use-\(UUID().uuidString.prefix(8).lowercased())"
        // Never started: such a container needs its image as well.
        try await kind.client(["create", "--name", container, image.name, "sh"])
        let user = try await engine.contents().containers.first { $0.name == container }
        #expect(user?.image == loaded.id)
        #expect(try await engine.release([image.name]) == false)
        #expect(try await engine.inspect(image.name)?.id == loaded.id)
        try await kind.client(["rm", "--force", container])
        #expect(try await engine.release([image.name]))
        #expect(try await engine.inspect(image.name) == nil)
        #expect(try await engine.release([image.name]), "what is not there is no trouble")
        #expect(try await !engine.contents().images.contains { $0.id == loaded.id })
    }

    @Test(arguments: [TestEngine.docker20, .docker26Containerd, .podman])
    func `an image keeps the names that were not taken`(kind: TestEngine) async throws {
        let engine = try await kind.open()
        let image = try await TinyImage(TestEngine.freshName(), "amd64", extra: UUID().uuidString)
        let loaded = try await engine.load(image.archive())
        let other = TestEngine.freshName()
        try await kind.client(["tag", image.name, other])
        #expect(try await engine.release([image.name]))
        #expect(try await engine.inspect(other)?.id == loaded.id)
        #expect(try await engine.release([other]))
        #expect(try await engine.inspect(other) == nil)
    }
}

extension TestEngine {
    /// The engine's own program.
    fileprivate func client(_ arguments: [String]) async throws {
        let running = try await start()
        let name = running.host == nil || self == .podmanService ? "podman" : "docker"
        var command = Command(try Programs.require(name, remedy: "apt-get install podman docker.io"), arguments)
        command.environment = running.environment
        if name == "podman" { command.environment["DOCKER_HOST"] = "" }
        _ = try await command.output()
    }
}
