internal import BerthArchive
internal import BerthSystem
internal import SystemPackage

/// What lies in `blobs/sha256`, read from the disk: the truth that the index is derived from.
struct BlobFolder {
    struct Blob: Sendable {
        let digest: Digest
        let size: ByteCount
        let modified: Int64
        let isFile: Bool
    }

    let store: Store

    private var folder: FilePath { store.root.pushing("blobs/sha256") }

    /// Blobs by digest; names that are no digest are not ours.
    func list() throws -> [Blob] {
        try Files.list(folder).compactMap { name in
            guard let digest = try? Digest(hex: name), let facts = try Files.facts(folder.appending(name)) else {
                return nil
            }
            return Blob(
                digest: digest, size: ByteCount(facts.size), modified: facts.modified, isFile: facts.kind == .file)
        }
    }

    /// Names in the folder that are no digest.
    func others() throws -> [String] { try Files.list(folder).filter { (try? Digest(hex: $0)) == nil } }
}
