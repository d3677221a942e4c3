internal import BerthArchive
package import BerthStore
internal import BerthSystem

/// The archive that every engine loads: an OCI layout, and a `manifest.json` over the same blobs for Docker's graph
/// drivers (images.md §5.4).
package struct HybridArchive: Sendable {
    let version: Version
    /// One for Docker and Podman; containerd and Apple choose by the index.
    let platforms: [PlatformImage]
    let store: Store
    /// Full names, as `localhost/berth/python:latest`.
    let names: [String]

    /// The archive's pieces; `leaveOut` counts the layers from the bottom whose blobs the engine has already.
    package func pieces(leaveOut: Int = 0) throws -> ArchivePieces {
        var pieces = ArchivePieces(date: version.epoch)
        let index = try self.index()
        try pieces.add("oci-layout", Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))
        try pieces.add("index.json", layout(index))
        try pieces.add("manifest.json", dockerManifest())
        try pieces.addFolder("blobs")
        try pieces.addFolder("blobs/sha256")
        try pieces.add(Self.place(Digest.of(index)), index)
        var seen: Set<Digest> = []
        for image in platforms {
            let small = [(image.manifest, image.manifestSize), (image.config, image.configSize)]
            let layers = image.layers.dropFirst(leaveOut).map { ($0.digest, $0.size) }
            for (digest, size) in small + layers where seen.insert(digest).inserted {
                try pieces.add(Self.place(digest), file: store.path(of: digest), size: size)
            }
        }
        pieces.finish()
        return pieces
    }

    /// The index over the platforms in the archive: naming one that is absent would break imports (containerd#12908).
    private func index() throws -> [UInt8] {
        if platforms.count == version.platforms.count {
            return try store.read(version.index, limit: ByteCount(4 << 20))
        }
        return try Self.index(over: platforms)
    }

    /// The index over some platforms of a version.
    static func index(over platforms: [PlatformImage]) throws -> [UInt8] {
        try CanonicalJSON.encode(
            ImageDocuments.Index(
                manifests: platforms.map {
                    .init(
                        mediaType: MediaType.manifest, digest: $0.manifest, size: $0.manifestSize,
                        platform: .init($0.platform))
                }))
    }

    /// The archive's own index: one entry a name, since containerd and Apple read one name from each.
    private func layout(_ index: [UInt8]) throws -> [UInt8] {
        let entries = names.map { name in
            ImageDocuments.Descriptor(
                mediaType: MediaType.index, digest: Digest.of(index), size: ByteCount(index.count),
                annotations: [
                    "org.opencontainers.image.ref.name": name.split(separator: ":").last.map(String.init) ?? "latest",
                    "io.containerd.image.name": name, "com.apple.containerization.image.name": name,
                ])
        }
        return try CanonicalJSON.encode(ImageDocuments.Index(manifests: entries))
    }

    private struct DockerImage: Encodable {
        let config: String
        let repoTags: [String]
        let layers: [String]

        enum CodingKeys: String, CodingKey {
            case config = "Config"
            case repoTags = "RepoTags"
            case layers = "Layers"
        }
    }

    private func dockerManifest() throws -> [UInt8] {
        try CanonicalJSON.encode(
            platforms.prefix(1).map { image in
                DockerImage(
                    config: "\(Self.place(image.config))", repoTags: names,
                    layers: image.layers.map { "\(Self.place($0.digest))" })
            })
    }

    private static func place(_ digest: Digest) -> ArchivePath {
        (try? ArchivePath(parsing: "blobs/sha256/\(digest.hex)")) ?? "blobs"
    }
}

extension HybridArchive {
    /// What an image is called in engines: `localhost/`, so that a missing one is never looked for on the network.
    package static func name(_ version: Version, tag: String) -> String { EngineName.prefix + "\(version.name):\(tag)" }

    /// A version's archive under its own tag and its aliases.
    package init(_ version: Version, platforms: [PlatformImage], store: Store) throws {
        self.version = version
        self.platforms = platforms
        self.store = store
        let tags = try VersionCatalog(store).tags()[version.index] ?? []
        let own = tags.compactMap { $0.split(separator: ":").last.map(String.init) }
        names = Set(own + [version.tag]).sorted().map { Self.name(version, tag: $0) }
    }
}
