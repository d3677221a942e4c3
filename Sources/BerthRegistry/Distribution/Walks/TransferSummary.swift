package import BerthArchive

/// What a push, pull or copy did.
package struct TransferSummary: Sendable {
    /// The manifest at the top.
    package let digest: Digest
    /// Blobs and their bytes, by how they came to be where they are.
    package private(set) var blobs: [BlobArrival: (count: Int, bytes: ByteCount)] = [:]
    /// Manifests that refer to the image and went along.
    package var attachments: [Digest] = []
    package var tags: [Tag] = []

    init(_ digest: Digest) { self.digest = digest }

    mutating func add(_ arrival: BlobArrival, _ size: ByteCount) {
        let known = blobs[arrival] ?? (0, ByteCount(0))
        blobs[arrival] = (known.count + 1, known.bytes + size)
    }

    package func count(_ arrival: BlobArrival) -> Int { blobs[arrival]?.count ?? 0 }
    package func bytes(_ arrival: BlobArrival) -> ByteCount { blobs[arrival]?.bytes ?? ByteCount(0) }

    /// In a few words.
    var note: String {
        var parts = ["\(count(.uploaded)) blobs sent (\(bytes(.uploaded)))"]
        if count(.mounted) > 0 { parts.append("\(count(.mounted)) taken over") }
        if count(.found) > 0 { parts.append("\(count(.found)) there already") }
        return parts.joined(separator: ", ")
    }
}
