internal import BerthArchive
internal import Foundation

/// A descriptor as files of an image layout hold it (image-spec, descriptor.md); other tools write some of them.
struct Descriptor: Codable {
    var mediaType: String
    var digest: String
    var size: Int64
    var annotations: [String: String]?
    var artifactType: String?
    var data: String?
    var platform: OtherPlatform?
    var urls: [String]?

    /// All that a platform may hold, so that rewriting the index loses nothing of it.
    struct OtherPlatform: Codable {
        var architecture: String
        var features: [String]?
        var os: String
        var osFeatures: [String]?
        var osVersion: String?
        var variant: String?

        enum CodingKeys: String, CodingKey {
            case architecture, features, os, variant
            case osFeatures = "os.features"
            case osVersion = "os.version"
        }
    }

    /// The ref behind a named descriptor; nil without a name or with a digest that is not SHA-256.
    var ref: Ref? {
        guard let name = annotations?[Ref.nameKey], let digest = try? Digest(digest) else { return nil }
        var others = annotations ?? [:]
        others[Ref.nameKey] = nil
        return Ref(
            name: name, digest: digest, mediaType: mediaType, size: ByteCount(size), annotations: others,
            platform: platform.map { Ref.Platform(architecture: $0.architecture, os: $0.os, variant: $0.variant) })
    }

    init(_ ref: Ref) {
        mediaType = ref.mediaType
        digest = ref.digest.description
        size = ref.size.value
        annotations = ref.annotations.merging([Ref.nameKey: ref.name]) { _, name in name }
        platform = ref.platform.map {
            OtherPlatform(architecture: $0.architecture, os: $0.os, variant: $0.variant)
        }
    }
}

/// An image index or manifest, as far as a walk over its content needs it (image-spec, image-index.md, manifest.md).
struct ImageDocument: Codable {
    var config: Descriptor?
    var layers: [Descriptor]?
    var manifests: [Descriptor]?
    var mediaType: String?
    var schemaVersion: Int
    var subject: Descriptor?
}
