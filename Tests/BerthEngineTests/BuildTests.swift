import BerthEngine
import BerthSystem
import BerthTestSupport
import Foundation
import Synchronization
import SystemPackage
import Testing

/// Dockerfiles go through the engine's own builder and come back as an archive.
@Suite(.linuxOnly("Docker's and Podman's own programs")) struct BuildTests {
    /// Keeps what comes, in a file.
    private final class Saved: Sendable {
        private let bytes = Mutex<[UInt8]>([])
        func add(_ piece: [UInt8]) { bytes.withLock { $0 += piece } }
        var all: [UInt8] { bytes.withLock { $0 } }
    }

    private func folder(_ dockerfile: String) async throws -> TemporaryFolder {
        let folder = try TemporaryFolder("build")
        let program = try #require(try await TestEngine.busybox()["arm64"])
        try Files.writeAtomically(try Files.read(program), to: folder.path.appending("busybox"), mode: 0o755)
        try Files.writeAtomically(dockerfile, to: folder.path.appending("Dockerfile"))
        return folder
    }

    @Test(arguments: TestEngine.usual)
    func `a Dockerfile becomes an archive for the platform asked for`(kind: TestEngine) async throws {
        try await TestEngine.emulate()
        let (engine, base) = try await kind.loaded("arm64")
        let folder = try await folder(
            """
            FROM \(base.name)
            ARG WORD
            USER 0
            COPY busybox /usr/bin/busybox
            RUN ["/bin/busybox", "touch", "/made"]
            LABEL word=$WORD
            """)
        var request = BuildRequest(folder: folder.path, platform: ImagePlatform(architecture: "arm64"))
        request.network = .none
        request.arguments = ["WORD": "berth"]
        let saved = Saved()
        try await engine.build(request) { saved.add($0) }
        let archive = folder.path.appending("saved.tar")
        try Files.writeAtomically(saved.all, to: archive)
        let tar = try Programs.require("tar", remedy: "apt-get install tar")
        let manifest = try await Command(tar, ["-xOf", archive.string, "manifest.json"]).output()
        let list = try #require(try JSONSerialization.jsonObject(with: Data(manifest.utf8)) as? [[String: Any]])
        let config = try #require(list.first?["Config"] as? String)
        let text = try await Command(tar, ["-xOf", archive.string, config]).output()
        #expect(text.contains(#""architecture":"arm64""#))
        #expect(text.contains("berth"))
        #expect((list.first?["Layers"] as? [String])?.count ?? 0 >= 4)
    }

    @Test(arguments: [TestEngine.docker20, .docker26, .podman])
    func `a step that fails is an error with the builder's last words`(kind: TestEngine) async throws {
        let engine = try await kind.open()
        let folder = try await folder("FROM scratch\nCOPY no-such-file /\n")
        let request = BuildRequest(folder: folder.path, platform: ImagePlatform(architecture: "amd64"))
        let error = try await failure { try await engine.build(request) { _ in } }
        #expect(error.what.contains("build failed"))
        #expect(error.done?.contains("no-such-file") == true)
    }
}
