package import BerthArchive
package import BerthStore

/// What a manifest says of a piece of content that it consists of (image-spec, descriptor.md).
package struct ContentDescriptor: Sendable, Hashable, Codable {
    package var mediaType: String
    package var digest: Digest
    package var size: ByteCount
    package var platform: Ref.Platform?
    package var artifactType: String?
    package var annotations: [String: String]?

    package init(
        mediaType: String, digest: Digest, size: ByteCount, platform: Ref.Platform? = nil, artifactType: String? = nil,
        annotations: [String: String]? = nil
    ) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
        self.platform = platform
        self.artifactType = artifactType
        self.annotations = annotations
    }
}

/// The kinds of manifest that registries keep (image-spec, media-types.md; Docker's schema 2).
package enum ManifestType: String, Sendable, CaseIterable {
    case index = "application/vnd.oci.image.index.v1+json"
    case image = "application/vnd.oci.image.manifest.v1+json"
    case dockerList = "application/vnd.docker.distribution.manifest.list.v2+json"
    case dockerImage = "application/vnd.docker.distribution.manifest.v2+json"

    /// Whether it lists other manifests.
    package var isList: Bool { self == .index || self == .dockerList }

    /// Whether it is Docker's older form.
    package var isDocker: Bool { self == .dockerList || self == .dockerImage }

    /// What a client sends to get any of them.
    static let accepted = allCases.map(\.rawValue).joined(separator: ", ")
}
