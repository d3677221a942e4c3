internal import BerthArchive

/// A blob of another registry, passed on through a window in memory and hashed on the way.
actor RemoteBlob: UploadSource {
    nonisolated let digest: Digest
    nonisolated let size: ByteCount
    nonisolated let usual: Int64
    /// It is held in memory.
    nonisolated let largest: Int64 = 64 << 20
    private let client: RegistryClient
    private let blob: ContentDescriptor
    private var window: (start: Int64, bytes: [UInt8]) = (0, [])
    private var hasher = Hasher()
    private var hashed: Int64 = 0
    private var got: Digest?

    init(_ blob: ContentDescriptor, on client: RegistryClient, usual: Int64) {
        self.blob = blob
        self.client = client
        self.usual = usual
        digest = blob.digest
        size = blob.size
    }

    func piece(from offset: Int64, atMost count: Int64) async throws -> RequestBody {
        let inside = Int(offset - window.start)
        if offset >= window.start, inside < window.bytes.count {
            return .bytes(Array(window.bytes[inside..<min(inside + Int(count), window.bytes.count)]))
        }
        if offset == 0 { restart() }
        // Bytes before the window are gone, and the hash can't go back.
        guard offset == hashed else { throw Fault.noResume }
        let end = min(offset + min(count, largest), size.value)
        let bytes = try await client.part(of: blob, offset..<end)
        hasher.update(bytes)
        hashed = end
        window = (offset, bytes)
        return .bytes(bytes)
    }

    func check() throws {
        let result = got ?? finish()
        got = result
        guard result == digest else {
            throw Fault.wrongContent(
                "\(client.repository.host) serves other bytes than it promised: expected \(digest), got \(result)")
        }
    }

    private func restart() {
        hasher = Hasher()
        hashed = 0
        got = nil
        window = (0, [])
    }

    private func finish() -> Digest {
        var ended = Hasher()
        swap(&ended, &hasher)
        return ended.finalize()
    }
}
