import BerthArchive
import BerthEngine
import BerthSystem
import BerthTestSupport
import Foundation
import Testing

/// Real engines take archives as they are written, and say what they made of them.
@Suite(.linuxOnly("Docker's and Podman's own programs")) struct LoadTests {
    @Test(arguments: TestEngine.usual, ["arm64", "amd64"])
    func `an image loads, is read back, and its program runs`(kind: TestEngine, architecture: String) async throws {
        try await TestEngine.emulate()
        let engine = try await kind.open()
        let image = try await TinyImage(TestEngine.freshName(), architecture)
        let loaded = try await engine.load(image.archive())
        let expected = kind == .docker26Containerd ? image.manifestDigest : image.configDigest
        #expect(loaded.id.description == expected.description)
        #expect(loaded.diffIDs == image.diffIDs)
        #expect(loaded.platform == ImagePlatform(architecture: architecture))
        var request = RunRequest(image: image.name, command: ["uname", "-m"])
        request.platform = loaded.platform
        let outcome = try await engine.run(request)
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.output == (architecture == "arm64" ? "aarch64\n" : "x86_64\n"))
        #expect(try await kind.containers(of: image.name).isEmpty)
        #expect(try await engine.remove(image.name))
        #expect(try await engine.inspect(image.name) == nil)
        #expect(try await engine.remove(image.name) == false)
    }

    @Test(arguments: TestEngine.usual)
    func `layers that the engine has are left out where it allows that`(kind: TestEngine) async throws {
        let (engine, first) = try await kind.loaded()
        let next = try await TinyImage(TestEngine.freshName(), "amd64", extra: "more for \(kind)")
        let (image, leftOut) = try await engine.loadMissing(diffIDs: next.diffIDs) { next.archive(leavingOut: $0) }
        #expect(leftOut == ([.docker20, .docker26].contains(kind) ? 2 : 0))
        #expect(image.diffIDs == next.diffIDs)
        #expect(image.diffIDs.starts(with: first.diffIDs))
        let outcome = try await engine.run(RunRequest(image: next.name, command: ["cat", "extra", "etc/passwd"]))
        #expect(outcome.output.hasPrefix("more for \(kind)root:"))
    }

    @Test(arguments: [TestEngine.docker20, .docker26])
    func `a layer that is neither in the archive nor in the engine makes the load try again whole`(
        kind: TestEngine
    ) async throws {
        let (engine, _) = try await kind.loaded()
        let other = try await TinyImage(TestEngine.freshName(), "amd64", extra: "one") {
            $0.append(UInt8.random(in: .min ... .max))
        }
        let error = try await failure { _ = try await engine.load(other.archive(leavingOut: 1)) }
        #expect(error.status == .failed)
        let (image, leftOut) = try await engine.loadMissing(diffIDs: other.diffIDs) { other.archive(leavingOut: $0) }
        #expect(leftOut == 0 && image.diffIDs == other.diffIDs)
    }

    @Test(arguments: TestEngine.usual)
    func `an archive that breaks off or is none is refused in the engine's words`(kind: TestEngine) async throws {
        let engine = try await kind.open()
        let image = try await TinyImage(TestEngine.freshName(), "amd64") { $0.append(UInt8.random(in: .min ... .max)) }
        let whole = image.bytes()
        let archive = ImageArchive(names: [image.name]) { sink in try await sink.write(Array(whole.prefix(200_000))) }
        let error = try await failure { _ = try await engine.load(archive) }
        #expect(!error.what.isEmpty && error.place != nil)
        #expect(try await engine.inspect(image.name) == nil)
    }

    @Test(arguments: TestEngine.usual)
    func `an error of the writer ends the load and is the one that is thrown`(kind: TestEngine) async throws {
        let engine = try await kind.open()
        let image = try await TinyImage(TestEngine.freshName(), "amd64")
        let start = Array(image.bytes().prefix(100_000))
        let archive = ImageArchive(names: [image.name]) { sink in
            try await sink.write(start)
            throw BerthError(.damaged, "a blob is damaged")
        }
        let error = try await failure { _ = try await engine.load(archive) }
        #expect(error.status == .damaged && error.what == "a blob is damaged")
        #expect(try await engine.inspect(image.name) == nil)
    }

    @Test func `an engine whose disk is full says so`() async throws {
        let engine = try await TestEngine.dockerWithoutSpace.open()
        let image = try await TinyImage(TestEngine.freshName(), "amd64") {
            $0 += [UInt8](repeating: 1, count: 40 << 20)
        }
        let error = try await failure { _ = try await engine.load(image.archive()) }
        #expect(error.status == .noSpace, "\(error)")
        #expect(error.remedy?.contains("system prune") == true)
    }

    @Test(arguments: TestEngine.usual)
    func `facts name the version, the image store and the machine`(kind: TestEngine) async throws {
        let facts = try await kind.open().facts()
        let expected: (version: String, api: String?, store: EngineFacts.ImageStore) =
            switch kind {
            case .docker20, .dockerWithoutSpace: ("20.10", "1.41", .graphDriver)
            case .docker26: ("26.1", "1.45", .graphDriver)
            case .docker26Containerd: ("26.1", "1.45", .containerd)
            case .podman: ("", nil, .podman)
            case .podmanService: ("", "1.41", .podman)
            }
        #expect(facts.version.hasPrefix(expected.version) && !facts.version.isEmpty)
        #expect(facts.apiVersion == expected.api)
        #expect(facts.imageStore == expected.store)
        #expect(facts.memory > 1 << 28 && facts.processors >= 1)
        #expect(facts.platform.system == "linux")
        #expect(facts.readsZstd == (kind != .docker20))
    }
}
