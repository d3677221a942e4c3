package import BerthArchive
internal import BerthStore
internal import Foundation

/// One platform's image in the store.
package struct PlatformImage: Codable, Sendable, Equatable {
    package let platform: Platform
    package let manifest: Digest
    package let manifestSize: ByteCount
    package let config: Digest
    package let configSize: ByteCount
    package let layers: [Layer]

    /// Bytes that a registry or archive holds of it.
    package var size: ByteCount { layers.reduce(manifestSize + configSize) { $0 + $1.size } }
    /// Bytes once unpacked.
    package var unpacked: ByteCount { layers.reduce(ByteCount(0)) { $0 + $1.unpacked } }
}

/// Writes configuration, manifest and index as canonical JSON into the store.
struct ImageWriter {
    let session: IngestSession
    let recipe: Recipe
    /// Seconds since 1970 that `created` states.
    let epoch: Int64

    /// Configuration and manifest over finished layers.
    func write(_ part: LockedPlatform, _ layers: [Layer]) throws -> PlatformImage {
        let platform = part.platform
        let labels = try LabelText.labels(recipe, part)
        let config = try CanonicalJSON.encode(configuration(platform, layers, labels))
        let configDigest = try session.add(config)
        let manifest = ImageDocuments.Manifest(
            config: .init(mediaType: MediaType.config, digest: configDigest, size: ByteCount(config.count)),
            layers: layers.map { .init(mediaType: $0.mediaType, digest: $0.digest, size: $0.size) },
            annotations: annotations)
        let bytes = try CanonicalJSON.encode(manifest)
        return PlatformImage(
            platform: platform, manifest: try session.add(bytes), manifestSize: ByteCount(bytes.count),
            config: configDigest, configSize: ByteCount(config.count), layers: layers)
    }

    /// The index over the platforms that were built, which engines expect even for one.
    func writeIndex(_ images: [PlatformImage]) throws -> (digest: Digest, size: ByteCount) {
        try writeIndex(images, annotations: annotations)
    }

    /// The index with annotations of the caller's.
    func writeIndex(
        _ images: [PlatformImage], annotations: [String: String]?
    ) throws -> (digest: Digest, size: ByteCount) {
        try Self.writeIndex(images, annotations: annotations, into: session)
    }

    /// The index of an image that no recipe of ours made.
    static func writeIndex(
        _ images: [PlatformImage], annotations: [String: String]?, into session: IngestSession
    ) throws -> (digest: Digest, size: ByteCount) {
        let index = ImageDocuments.Index(
            manifests: images.map {
                .init(
                    mediaType: MediaType.manifest, digest: $0.manifest, size: $0.manifestSize,
                    platform: .init($0.platform))
            }, annotations: annotations)
        let bytes = try CanonicalJSON.encode(index)
        return (try session.add(bytes), ByteCount(bytes.count))
    }

    private var created: String { Date(timeIntervalSince1970: Double(epoch)).ISO8601Format() }

    private var annotations: [String: String] { ["org.opencontainers.image.created": created] }

    private func configuration(
        _ platform: Platform, _ layers: [Layer], _ labels: [String: String]
    ) -> ImageDocuments.Config {
        let field = ImageDocuments.PlatformField(platform)
        return .init(
            created: created, author: "berth", architecture: field.architecture, variant: field.variant,
            config: settings(labels), rootfs: .init(diffIDs: layers.map(\.diffID)),
            history: layers.map { .init(created: created, createdBy: "berth: \($0.name)") })
    }

    private func settings(_ stated: [String: String]) -> ImageDocuments.Settings {
        var labels = stated
        labels["org.opencontainers.image.title"] = recipe.title
        labels["org.opencontainers.image.created"] = created
        labels["org.opencontainers.image.base.name"] =
            recipe.debian.suite.isEmpty ? nil : "debian:\(recipe.debian.suite)"
        return .init(
            user: recipe.user.map { "\($0.id):\($0.id)" },
            env: recipe.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" },
            entrypoint: recipe.entrypoint.isEmpty ? nil : recipe.entrypoint,
            cmd: recipe.command.isEmpty ? nil : recipe.command, workingDir: recipe.directory, labels: labels)
    }
}
