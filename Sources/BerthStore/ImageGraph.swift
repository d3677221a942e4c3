internal import BerthArchive
internal import BerthSystem

/// What an image consists of: the walk from a descriptor over indexes and manifests to configs and layers.
struct ImageGraph {
    let store: Store
    /// No image of ours nests deeper than index, manifest, layer; foreign ones hardly do.
    private static let deepest = 8
    private static let documentLimit = ByteCount(8 << 20)
    private static let documents: Set = [
        "application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    ]

    /// Calls `visit` with each descriptor below and including this one, and whether its blob is there.
    ///
    /// A damaged manifest throws `.damaged`: what it keeps cannot be known.
    func walk(_ top: Descriptor, depth: Int = 0, visit: (Descriptor, Digest, Bool) throws -> Void) throws {
        guard let digest = try? Digest(top.digest), depth < Self.deepest else { return }
        let isThere = store.contains(digest)
        try visit(top, digest, isThere)
        guard isThere, Self.documents.contains(top.mediaType) else { return }
        let bytes = try store.read(digest, limit: Self.documentLimit)
        guard let document = try? CanonicalJSON.decode(ImageDocument.self, bytes) else { return }
        let below = (document.manifests ?? []) + (document.layers ?? []) + [document.config].compactMap(\.self)
        for child in below { try walk(child, depth: depth + 1, visit: visit) }
    }
}
