internal import BerthArchive
internal import BerthStore
internal import BerthSystem

/// Packs chosen contents of some packs into new ones: the same contents of the same packs always give the same bytes.
///
/// For one thread.
struct PackRewriter {
    /// A pack that was made, and what it holds.
    struct Made {
        let pack: StoredPack
        let contents: [TreeManifest.Chunk]
    }

    let store: Store
    /// Leases what is made; its owner commits it.
    let session: IngestSession

    /// Small packages share a pack of `SaveUnit.least` bytes; none has more than `SaveUnit.most` by more than a chunk.
    func rewrite(_ sources: [RepackPlan.Source]) throws -> [Made] {
        let compressor = try Compression.zstd(level: PackBuilder.level).makeCompressor()
        var (builder, made): (PackBuilder, [Made]) = (try PackBuilder(), [])
        for source in sources where !source.contents.isEmpty {
            if builder.size >= SaveUnit.least { made.append(try finish(&builder)) }
            var left = source.contents
            try PackReader(source.pack, in: store, verified: false)
                .contents(with: compressor, where: { left.contains($0) }) { digest, bytes in
                    left.remove(digest)
                    if !builder.isEmpty, builder.size + bytes.count > SaveUnit.most {
                        made.append(try finish(&builder))
                    }
                    try builder.add(bytes, digest)
                }
        }
        if !builder.isEmpty { made.append(try finish(&builder)) }
        return made
    }

    private func finish(_ builder: inout PackBuilder) throws -> Made {
        let expanded = builder.size
        let (bytes, contents) = try builder.finish()
        return Made(
            pack: StoredPack(
                digest: try session.add(bytes), size: ByteCount(bytes.count), expanded: ByteCount(expanded)),
            contents: contents)
    }
}
