internal import BerthArchive
internal import BerthPackages

/// The OCI documents of an image (image-spec: config.md, manifest.md, image-index.md), with exactly the fields we write.
enum ImageDocuments {
    struct Descriptor: Codable, Sendable {
        var mediaType: String
        var digest: Digest
        var size: ByteCount
        var platform: PlatformField?
        var annotations: [String: String]?
    }

    struct PlatformField: Codable, Sendable {
        var architecture: String
        var os = "linux"
        var variant: String?

        /// arm64 is always stated as v8: Apple and containerd read it as the plain arm64 that it is.
        init(_ platform: Platform) {
            architecture = platform.architecture.ociName
            variant = platform.architecture == .arm64 ? "v8" : nil
        }
    }

    struct Manifest: Codable, Sendable {
        var schemaVersion = 2
        var mediaType = MediaType.manifest
        /// What an attachment is; images have none.
        var artifactType: String?
        var config: Descriptor
        var layers: [Descriptor]
        /// What an attachment speaks of; images have none.
        var subject: Descriptor?
        var annotations: [String: String]?
    }

    struct Index: Codable, Sendable {
        var schemaVersion = 2
        var mediaType = MediaType.index
        var manifests: [Descriptor]
        var annotations: [String: String]?
    }

    /// The image's configuration; its digest is the image id of graph-driver engines.
    struct Config: Codable, Sendable {
        var created: String
        var author: String
        var architecture: String
        var os = "linux"
        var variant: String?
        var config: Settings
        var rootfs: RootFileSystem
        var history: [History]
    }

    struct Settings: Codable, Sendable {
        var user: String?
        var env: [String]
        var entrypoint: [String]?
        var cmd: [String]?
        var workingDir: String?
        var labels: [String: String]?

        enum CodingKeys: String, CodingKey {
            case user = "User"
            case env = "Env"
            case entrypoint = "Entrypoint"
            case cmd = "Cmd"
            case workingDir = "WorkingDir"
            case labels = "Labels"
        }
    }

    struct RootFileSystem: Codable, Sendable {
        var type = "layers"
        var diffIDs: [Digest]

        enum CodingKeys: String, CodingKey {
            case type
            case diffIDs = "diff_ids"
        }
    }

    struct History: Codable, Sendable {
        var created: String
        var createdBy: String

        enum CodingKeys: String, CodingKey {
            case created
            case createdBy = "created_by"
        }
    }
}

/// OCI media types that we write and read.
package enum MediaType {
    package static let config = "application/vnd.oci.image.config.v1+json"
    package static let manifest = "application/vnd.oci.image.manifest.v1+json"
    package static let index = "application/vnd.oci.image.index.v1+json"
}
