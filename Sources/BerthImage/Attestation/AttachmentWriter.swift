internal import BerthArchive
internal import BerthStore
internal import Foundation

/// Writes documents about an image into the store, each under a manifest that names its subject.
struct AttachmentWriter {
    let session: IngestSession
    /// The image's own date, in seconds since 1970: the same document gives the same manifest.
    let epoch: Int64

    /// - Parameters:
    ///   - content: The document.
    ///   - artifactType: Its media type.
    ///   - subject: The index or manifest that it speaks of, by media type, digest and size.
    ///   - annotations: What the manifest says beside its date.
    ///   - key: For a signature, the key that made it.
    /// - Returns: Where the document and its manifest lie.
    /// - Throws: What writing into the store throws.
    func attach(
        _ content: [UInt8], _ artifactType: String, to subject: ImageDocuments.Descriptor,
        annotations: [String: String] = [:], key: Digest? = nil
    ) throws -> Attachment {
        let digest = try session.add(content)
        let created = Date(timeIntervalSince1970: Double(epoch)).ISO8601Format()
        let manifest = ImageDocuments.Manifest(
            artifactType: artifactType,
            config: .init(
                mediaType: EmptyConfiguration.mediaType, digest: try session.add(EmptyConfiguration.bytes),
                size: EmptyConfiguration.size),
            layers: [.init(mediaType: artifactType, digest: digest, size: ByteCount(content.count))], subject: subject,
            annotations: annotations.merging(["org.opencontainers.image.created": created]) { first, _ in first })
        let bytes = try CanonicalJSON.encode(manifest)
        return Attachment(
            artifactType: artifactType, manifest: try session.add(bytes), manifestSize: ByteCount(bytes.count),
            content: digest, contentSize: ByteCount(content.count), subject: subject.digest, key: key)
    }

    /// Provenance under a signature (sigstore/cosign, BUNDLE_SPEC.md: annotations), or by itself without a key.
    func attach(
        statement: [UInt8], signedBy key: SigningKey?, to subject: ImageDocuments.Descriptor
    ) throws -> Attachment {
        guard let key else { return try attach(statement, Provenance.payloadType, to: subject) }
        let bundle = try CanonicalJSON.encode(SignatureBundle(signing: statement, with: key))
        let annotations = [
            "dev.sigstore.bundle.content": "dsse-envelope",
            "dev.sigstore.bundle.predicateType": Provenance.predicateType,
        ]
        return try attach(
            bundle, SignatureBundle.mediaType, to: subject, annotations: annotations, key: key.verifying.id)
    }
}

extension ImageDocuments.Descriptor {
    init(index digest: Digest, size: ByteCount) {
        self.init(mediaType: MediaType.index, digest: digest, size: size)
    }

    init(_ image: PlatformImage) {
        self.init(mediaType: MediaType.manifest, digest: image.manifest, size: image.manifestSize)
    }
}
