import BerthEngine
import BerthSystem
import BerthTestSupport
import Foundation
import Synchronization
import SystemPackage
import Testing

/// What an engine's first answer, or its silence, means to a person.
struct ConnectTests {
    private func connect(to path: FilePath) async throws -> BerthError {
        try await failure { _ = try await Engines.open("unix://\(path.string)") }
    }

    @Test func `an engine that speaks only old API versions is refused`() async throws {
        let server = try AnswerServer(answering: AnswerServer.http("200 OK", ["Api-Version: 1.24"]))
        let error = try await connect(to: server.path)
        #expect(error.what == "the engine is too old: it speaks API 1.24, Berth needs 1.41")
        #expect(error.remedy?.contains("Docker 20.10") == true)
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK", "SSH-2.0-OpenSSH_10.0\r\n",
    ])
    func `something else on the socket is told from an engine`(answer: String) async throws {
        let server = try AnswerServer(answering: answer)
        let error = try await connect(to: server.path)
        #expect(error.place?.contains(server.path.string) == true)
        #expect(error.remedy?.isEmpty == false)
    }

    @Test func `a socket that nobody listens on, or none, means that the engine isn't running`() async throws {
        let folder = try TemporaryFolder("none")
        let none = try await connect(to: folder.path.appending("docker.sock"))
        #expect(none.what.contains("isn't running") && none.remedy?.contains("systemctl start docker") == true)
        let path: FilePath
        do { path = try AnswerServer(answering: "").path }
        let dead = try await connect(to: path)
        #expect(dead.what.contains("isn't running"))
    }

    @Test func `known sockets that don't answer are passed over, and all are named when none does`() async throws {
        let folder = try TemporaryFolder("tried")
        let socket = folder.path.pushing("var/run/docker.sock")
        try Files.makeDirectory(socket.removingLastComponent())
        try Files.writeAtomically("", to: socket)
        let around = EngineSurroundings(
            environment: [:], home: folder.path, root: folder.path, podman: folder.path.appending("no-podman"))
        let error = try await failure { _ = try await Engines.open(in: around) }
        #expect(error.what == "no container engine answers")
        #expect(error.done?.contains("Docker's usual socket") == true)
        #expect(error.done?.contains("the podman program is installed") == true)
    }

    @Test func `an engine that stops reading stops the writer, and cancelling ends both`() async throws {
        let ping = AnswerServer.http("200 OK", ["Api-Version: 1.41"])
        let server = try AnswerServer(answering: ping, thenSilent: true)
        let engine = try await Engines.open("unix://\(server.path.string)")
        let written = Mutex(0)
        let archive = ImageArchive(names: ["docker.io/library/x:1"]) { sink in
            let piece = [UInt8](repeating: 0, count: 1 << 16)
            for _ in 0..<(1 << 14) {
                try await sink.write(piece)
                written.withLock { $0 += piece.count }
            }
        }
        let loading = Task { try await engine.load(archive) }
        var (before, still) = (-1, 0)
        while still < 10 {
            try await Task.sleep(for: .milliseconds(50))
            let now = written.withLock { $0 }
            still = now == before && now > 0 ? still + 1 : 0
            before = now
        }
        // What the kernel and the connection hold, out of a gigabyte.
        #expect(before < 16 << 20)
        loading.cancel()
        await #expect(throws: (any Error).self) { try await loading.value }
    }
}
