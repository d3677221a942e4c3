package import BerthArchive
internal import BerthSystem

/// Writes one blob aside while hashing it; only `finish()` gives it a name in the store.
///
/// A writer that is dropped leaves nothing behind, except a resumable one: its partial file waits for the next.
package struct BlobWriter: ~Copyable {
    private let session: IngestSession
    private let file: IngestFile
    private let expected: Digest?
    private let size: ByteCount?
    private var hasher = Hasher()

    /// Bytes so far, those of an earlier process included.
    package private(set) var written = ByteCount(0)

    init(session: IngestSession, file: IngestFile, expected: Digest?, size: ByteCount?) {
        self.session = session
        self.file = file
        self.expected = expected
        self.size = size
    }

    /// Adds bytes; throws `.damaged` as soon as they are more than promised.
    package mutating func append(_ bytes: RawSpan) throws {
        let total = written + ByteCount(bytes.byteCount)
        if let size, total > size {
            file.remove()
            throw BerthError(
                .damaged, "the content is longer than the promised \(size.value) bytes", place: subject,
                done: "nothing of it was kept", remedy: "fetch it from another address, or make a new lock")
        }
        hasher.update(bytes)
        try file.write(bytes)
        written = total
    }

    /// Adds bytes; throws as the other form does.
    package mutating func append(_ bytes: [UInt8]) throws { try append(bytes.span.bytes) }

    /// Checks size and digest and moves the blob into the store; throws `.damaged` and keeps nothing on a mismatch.
    package consuming func finish() throws -> Digest {
        if let size, size != written {
            file.remove()
            throw BerthError(
                .damaged, "the content ended after \(written.value) of \(size.value) bytes", place: subject,
                done: "nothing of it was kept", remedy: "run the same command again")
        }
        let got = hasher.finalize()
        if let expected, expected != got {
            file.remove()
            throw BerthError(
                .damaged, "the content does not match its digest: expected \(expected), got \(got)",
                done: "nothing of it was kept", remedy: "fetch it from another address, or make a new lock")
        }
        try session.install(file, as: got, size: written)
        return got
    }

    /// Gives up and removes what was written, a partial file too.
    package consuming func discard() { file.remove() }

    /// Hashes what an earlier process left; more than the promised size is of no use and goes.
    mutating func resume() throws {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while case let count = try file.read(into: &buffer), count > 0 {
            hasher.update(buffer.span.extracting(..<count).bytes)
            written = written + ByteCount(count)
        }
        guard let size, written > size else { return }
        try file.empty()
        hasher = Hasher()
        written = ByteCount(0)
    }

    private var subject: String? { expected?.description }
}
