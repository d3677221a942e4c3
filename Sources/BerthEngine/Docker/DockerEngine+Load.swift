internal import AsyncHTTPClient
internal import BerthSystem
internal import Foundation
internal import NIOCore
internal import NIOHTTP1

extension DockerEngine {
    /// How long one load may take in all; slow disks and big images included.
    private static let loadLimit = Duration.seconds(3600)

    package func load(_ archive: ImageArchive) async throws -> LoadedImage {
        try await within(Self.loadLimit, "loading the image") { try await send(archive) }
        return try await readBack(archive.names)
    }

    /// The image under its names, which must all lead to one.
    private func readBack(_ names: [String]) async throws -> LoadedImage {
        var found: LoadedImage?
        for name in names {
            guard let image = try await inspect(name), found == nil || found?.id == image.id else {
                throw BerthError(
                    .failed, "the engine took the archive, but '\(name.escaped)' is not the loaded image",
                    place: address.location, remedy: "remove that name in the engine and load again")
            }
            found = image
        }
        guard let found else { throw BerthError(.usage, "an image needs a name to be loaded under") }
        return found
    }

    /// Writes the archive and sends it at the same time; whichever side fails ends the other.
    private func send(_ archive: ImageArchive) async throws {
        let handover = ByteHandover()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await archive.write(handover)
                    await handover.end(.success(()))
                } catch is ByteHandover.Abandoned {
                    // The other side says why.
                } catch {
                    await handover.end(.failure(error))
                    throw error
                }
            }
            group.addTask {
                do { try await upload(handover) } catch {
                    await handover.end(.failure(error))
                    throw error
                }
                await handover.end(.success(()))
            }
            try await group.waitForAll()
        }
    }

    private func upload(_ handover: ByteHandover) async throws {
        var call = DockerClient.Call(.POST, "/images/load", query: [("quiet", "true")])
        call.contentType = "application/x-tar"
        call.body = .stream(Pieces(handover: handover), length: .unknown)
        call.limit = Self.loadLimit
        let bytes = try await client.collect(call)
        for line in String(buffer: bytes).split(whereSeparator: \.isNewline) {
            let progress = try? JSONDecoder().decode(DockerMessages.Progress.self, from: Data(line.utf8))
            if let words = progress?.error {
                throw EngineTrouble.reading(words, while: "loading the image").error(at: address.location)
            }
        }
    }
}

/// What is handed over, as the HTTP client wants it.
private struct Pieces: AsyncSequence, Sendable {
    let handover: ByteHandover

    struct Iterator: AsyncIteratorProtocol {
        let handover: ByteHandover

        mutating func next() async throws -> ByteBuffer? {
            try await handover.next().map { ByteBuffer(bytes: $0) }
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(handover: handover) }
}
