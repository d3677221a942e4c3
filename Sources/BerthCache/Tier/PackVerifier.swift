internal import BerthArchive
internal import BerthStore
internal import BerthSystem

/// Checks packs that came from elsewhere, content by content: a digest proves what was sent, not that its table tells the
/// truth, and a save takes a content from whatever pack says that it has it.
struct PackVerifier: Sendable {
    let store: Store

    /// Throws `.damaged` where a pack lies, which is put into the trash then, or where a chunk of the tree is in none.
    ///
    /// Packs of entries that are here were checked when these came, and are only asked for their tables.
    func verify(_ entry: CacheEntry, _ manifest: TreeManifest) async throws {
        let store = store
        let trusted = try await offload { Set(try store.entries.readable().flatMap { (try? $0.blobs()) ?? [] }) }
        let contents = try await inParallel(entry.packs, limit: WorkQueue.width) { pack in
            try await offload { try Self.contents(of: pack, in: store, isTrusted: trusted.contains(pack.digest)) }
        }
        let held = Set(contents.flatMap(\.self))
        if let lost = manifest.chunks.first(where: { !held.contains($0) }) {
            throw BerthError(
                .damaged, "no pack of the registry's entry holds \(lost.digest)", done: "it was not taken",
                remedy: "push it anew from a store that has it whole")
        }
    }

    private static func contents(
        of pack: StoredPack, in store: Store, isTrusted: Bool
    ) throws -> [TreeManifest.Chunk] {
        if isTrusted { return try PackTable.read(pack.digest, in: store).contents }
        do {
            let reader = try PackReader(pack.digest, in: store, verified: false)
            let compressor = try Compression.zstd(level: 1).makeCompressor()
            try reader.contents(with: compressor, where: { _ in true }) { _, _ in }
            let size = reader.table.contents.reduce(ByteCount(0)) { $0 + ByteCount($1.size) }
            guard size == pack.expanded else {
                throw BerthError(
                    .damaged, "the pack \(pack.digest) holds \(size.value) bytes, not \(pack.expanded.value)")
            }
            return reader.table.contents
        } catch let error as BerthError where error.status == .damaged {
            try? store.quarantine(pack.digest)
            throw error
        }
    }
}
