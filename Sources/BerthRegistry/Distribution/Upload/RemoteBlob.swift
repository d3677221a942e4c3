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
        let end = min(offset + min(count, largest), size.value)
        if let known = windowed(offset, Int(end - offset)) { return .bytes(known) }
        if offset == 0 { restart() }
        // Bytes before the window are gone, and the hash can't go back.
        guard offset == hashed else { throw Fault.noResume }
        let bytes = try await client.part(of: blob, offset..<end)
        hasher.update(bytes)
        hashed = end
        window = (offset, bytes)
        return .bytes(bytes)
    }

    /// The bytes from an offset on that are still in the window.
    private func windowed(_ offset: Int64, _ count: Int) -> [UInt8]? {
        let inside = Int(offset - window.start)
        guard offset >= window.start, inside < window.bytes.count else { return nil }
        let last = min(inside + count, window.bytes.count)
        // Whoever begins anew may want all in one request, and then a part is of no use.
        guard offset > 0 || last == count else { return nil }
        return Array(window.bytes[inside..<last])
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
