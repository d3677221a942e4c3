package import BerthArchive
internal import Foundation

/// Something said about an image and kept beside it: a bill of materials, provenance, a signature.
///
/// In the store it is an OCI manifest with a `subject` and one layer (image-spec 1.1, manifest.md, "subject");
/// the image's own digests know nothing of it.
package struct Attachment: Codable, Sendable, Equatable {
    package var artifactType: String
    package var manifest: Digest
    package var manifestSize: ByteCount
    /// The one layer: the document itself; its media type is the artifact type.
    package var content: Digest
    package var contentSize: ByteCount
    /// The index or platform manifest that it speaks of.
    package var subject: Digest
    /// The key that a signature says it was made with; only a check can tell.
    package var key: Digest?
    /// Nil for the empty configuration, which Berth writes; others may put something there.
    package var configuration: Configuration?

    package struct Configuration: Codable, Sendable, Equatable {
        package var digest: Digest
        package var size: ByteCount
    }

    package init(
        artifactType: String, manifest: Digest, manifestSize: ByteCount, content: Digest, contentSize: ByteCount,
        subject: Digest, key: Digest? = nil
    ) {
        self.artifactType = artifactType
        self.manifest = manifest
        self.manifestSize = manifestSize
        self.content = content
        self.contentSize = contentSize
        self.subject = subject
        self.key = key
    }

    /// All blobs that it needs, each with its size.
    package var blobs: [(digest: Digest, size: ByteCount)] {
        let configuration = configuration ?? EmptyConfiguration.standard
        return [(manifest, manifestSize), (content, contentSize), (configuration.digest, configuration.size)]
    }

    package var isSignature: Bool { artifactType == SignatureBundle.mediaType }
    /// Provenance that nobody signed.
    package var isStatement: Bool { artifactType == Provenance.payloadType }
    package var bill: BillFormat? { BillFormat.allCases.first { $0.mediaType == artifactType } }
}

extension Attachment {
    /// Reads an attachment's manifest, as a registry lists it among an image's referrers; nil when it is none that
    /// has one layer and a subject.
    package init?(manifest bytes: [UInt8]) {
        guard bytes.count <= Int(SignatureBundle.largest.value),
            let manifest = try? JSONDecoder().decode(ImageDocuments.Manifest.self, from: Data(bytes)),
            let subject = manifest.subject, manifest.layers.count == 1, let layer = manifest.layers.first
        else { return nil }
        self.init(
            artifactType: manifest.artifactType ?? layer.mediaType, manifest: Digest.of(bytes),
            manifestSize: ByteCount(bytes.count), content: layer.digest, contentSize: layer.size,
            subject: subject.digest)
        let found = Configuration(digest: manifest.config.digest, size: manifest.config.size)
        configuration = found == EmptyConfiguration.standard ? nil : found
    }

    /// The same, with the key that its document says it is signed with; nothing checks that here.
    package func naming(keyIn content: [UInt8]) -> Attachment {
        var named = self
        named.key = isSignature ? (try? SignatureBundle(parsing: content)).flatMap { try? Digest(hex: $0.keyID) } : nil
        return named
    }
}

/// The configuration of a manifest that needs none (image-spec, manifest.md, "guidance for an empty descriptor").
package enum EmptyConfiguration {
    package static let mediaType = "application/vnd.oci.empty.v1+json"
    package static let bytes = Array("{}".utf8)
    package static let digest = Digest.of(bytes)
    package static let size = ByteCount(bytes.count)
    static let standard = Attachment.Configuration(digest: digest, size: size)
}
