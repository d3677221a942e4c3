import BerthSystem
import Testing

@testable import BerthEngine

/// The small parts: digests, platforms, layer chains, log frames, the words of engines.
struct UnitTests {
    private func digest(_ number: Int) throws -> EngineDigest {
        let text = String(number, radix: 16)
        return try #require(EngineDigest("sha256:" + String(repeating: "0", count: 64 - text.count) + text))
    }

    @Test(arguments: [
        "sha256:abc", "sha512:" + String(repeating: "a", count: 64), String(repeating: "A", count: 64), "",
    ])
    func `what is no digest is none`(text: String) {
        #expect(EngineDigest(text) == nil)
    }

    @Test func `platforms are written in one way`() throws {
        #expect(ImagePlatform("linux/arm64/v8") == ImagePlatform(architecture: "aarch64"))
        #expect(ImagePlatform("linux/x86_64")?.description == "linux/amd64")
        for text in ["linux", "linux/", "/arm64", "linux/arm/v7/x"] { #expect(ImagePlatform(text) == nil) }
    }

    @Test func `only layers that an engine has from the bottom up are left out`() throws {
        let (a, b, c) = (try digest(1), try digest(2), try digest(3))
        let present = PresentLayers(chains: [[a, b], [b, c], []])
        #expect(present.leading(of: [a, b, c]) == 2)
        #expect(present.leading(of: [a, c]) == 1)
        #expect(present.leading(of: [c, a]) == 0)
        #expect(PresentLayers.none.leading(of: [a]) == 0)
    }

    @Test func `log frames are put together however they are cut`() {
        let frames: [UInt8] =
            [1, 0, 0, 0, 0, 0, 0, 3] + Array("out".utf8) + [2, 0, 0, 0, 0, 0, 0, 3] + Array("err".utf8)
        for size in 1...frames.count {
            var log = OutputLog(limit: 100)
            for start in stride(from: 0, to: frames.count, by: size) {
                log.add(frames: Array(frames[start..<min(start + size, frames.count)]))
            }
            #expect(log.outcome(code: 3) == RunOutcome(code: 3, output: "out", errors: "err"))
        }
    }

    @Test func `a writer is never more than one piece ahead of the reader`() async throws {
        let handover = ByteHandover()
        let writing = Task {
            for number in 0..<100 { try await handover.write([UInt8(number)]) }
            await handover.end(.success(()))
        }
        var taken: [UInt8] = []
        while let piece = try await handover.next() { taken += piece }
        #expect(taken == (0..<100).map { UInt8($0) })
        try await writing.value
    }

    @Test func `a reader that goes away ends the writer, and the other way round`() async throws {
        let left = ByteHandover()
        let writing = Task { try await left.write([1]) }
        await left.end(.failure(CancellationError()))
        await #expect(throws: ByteHandover.Abandoned.self) { try await writing.value }
        let failed = ByteHandover()
        let reading = Task { try await failed.next() }
        await failed.end(.failure(BerthError(.damaged, "a blob is damaged")))
        await #expect(throws: BerthError.self) { try await reading.value }
        let cancelled = ByteHandover()
        let waiting = Task { try await cancelled.next() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test(arguments: [
        ("write /layer.tar: no space left on device", BerthSystem.ExitStatus.noSpace, "no space left"),
        ("exec /bin/x: exec format error", .failed, "can't run programs"),
        ("client version 1.41 is too old. Minimum supported API version is 1.44", .failed, "no longer speaks"),
        ("Error processing tar file(exit status 1): archive/tar: invalid tar header", .failed, "zstd"),
        ("something else", .failed, "refused: something else"),
    ])
    func `an engine's words become an error with a status and a remedy`(
        words: String, status: BerthSystem.ExitStatus, what: String
    ) {
        let error = EngineTrouble.reading(words, while: "testing").error()
        #expect(error.status == status && error.what.contains(what))
    }

    @Test func `API versions compare by number, not by letter`() throws {
        #expect(try #require(APIVersion("1.9")) < #require(APIVersion("1.41")))
        #expect(APIVersion("1") == nil && APIVersion("one.two") == nil)
    }
}
