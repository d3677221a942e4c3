package import BerthArchive
internal import BerthSystem

/// A name in the image layout and the manifest or index that it points to (image-spec, image-layout.md, index.json).
package struct Ref: Sendable, Equatable {
    /// What the image is for, as an image index says it (image-spec, image-index.md).
    package struct Platform: Sendable, Hashable, Codable {
        package var architecture: String
        package var os: String
        package var variant: String?

        /// Architecture and operating system in Go's words, as OCI has them.
        package init(architecture: String, os: String = "linux", variant: String? = nil) {
            self.architecture = architecture
            self.os = os
            self.variant = variant
        }
    }

    package var name: String
    package var digest: Digest
    package var mediaType: String
    package var size: ByteCount
    /// Others than the name.
    package var annotations: [String: String]
    package var platform: Platform?

    /// The annotation that holds the name (image-spec, annotations.md).
    static let nameKey = "org.opencontainers.image.ref.name"

    /// Describes a name to set.
    package init(
        name: String, digest: Digest, mediaType: String, size: ByteCount, annotations: [String: String] = [:],
        platform: Platform? = nil
    ) {
        self.name = name
        self.digest = digest
        self.mediaType = mediaType
        self.size = size
        self.annotations = annotations
        self.platform = platform
    }

    /// Whether other tools accept the name: letters and digits, joined by one of `-._:@+`, `--` or `/`.
    package static func isName(_ text: String) -> Bool {
        guard text.utf8.count <= 255 else { return false }
        return text.wholeMatch(of: #/[A-Za-z0-9]+(?:(?:[\-._:@+]|--|\/)[A-Za-z0-9]+)*/#) != nil
    }
}

/// In JSON a ref is the OCI descriptor that stands in `index.json`, its name among the annotations.
extension Ref: Codable {
    package init(from decoder: any Decoder) throws {
        guard let ref = try Descriptor(from: decoder).ref else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a descriptor without a name or SHA-256 digest")
            )
        }
        self = ref
    }

    package func encode(to encoder: any Encoder) throws { try Descriptor(self).encode(to: encoder) }
}
