internal import BerthArchive
internal import SystemPackage

/// Where the bytes of a blob come from while it is uploaded.
protocol UploadSource: Sendable {
    var digest: Digest { get }
    var size: ByteCount { get }
    /// The bytes that a piece should have, and the most that it can.
    var usual: Int64 { get }
    var largest: Int64 { get }
    /// The bytes from an offset on, at most so many; at offset zero all begins anew.
    func piece(from offset: Int64, atMost count: Int64) async throws -> RequestBody
    /// Throws a `Fault` where the bytes given out are not those that the digest promises.
    func check() async throws
}

/// A blob of the store, sent from its file.
struct StoredBlob: UploadSource {
    let digest: Digest
    let size: ByteCount
    let path: FilePath
    let usual: Int64
    var largest: Int64 { .max }

    func piece(from offset: Int64, atMost count: Int64) -> RequestBody {
        .file(path, offset..<min(offset + count, size.value))
    }

    /// The store has checked them when they came in, and the registry hashes them again.
    func check() {}
}
