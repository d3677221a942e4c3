internal import BerthArchive
internal import BerthRegistry
internal import BerthStore
internal import BerthSystem

/// Manifests of Docker's schema 2 in OCI's words (image-spec, media-types.md, "Compatibility Matrix").
enum OCIForm {
    static func layerType(_ type: String) -> String {
        switch type {
        case "application/vnd.docker.image.rootfs.diff.tar.gzip": "application/vnd.oci.image.layer.v1.tar+gzip"
        case "application/vnd.docker.image.rootfs.diff.tar": "application/vnd.oci.image.layer.v1.tar"
        case "application/vnd.docker.image.rootfs.diff.tar.zstd": "application/vnd.oci.image.layer.v1.tar+zstd"
        default: type
        }
    }

    /// The manifest's bytes with OCI's media types; blobs stay what they are.
    static func manifest(
        _ manifest: RegistryManifest, layers: [ImageDocuments.Descriptor]? = nil
    ) throws -> [UInt8] {
        let config = manifest.config.map {
            ImageDocuments.Descriptor(mediaType: MediaType.config, digest: $0.digest, size: $0.size)
        }
        guard let config else { throw OCIForm.noConfig(manifest) }
        let own = manifest.layers.map {
            ImageDocuments.Descriptor(
                mediaType: layerType($0.mediaType), digest: $0.digest, size: $0.size, annotations: $0.annotations)
        }
        return try CanonicalJSON.encode(
            ImageDocuments.Manifest(
                config: config, layers: layers ?? own,
                annotations: manifest.annotations.isEmpty ? nil : manifest.annotations))
    }

    private static func noConfig(_ manifest: RegistryManifest) -> BerthError {
        BerthError(.damaged, "a manifest has no configuration", place: "\(manifest.digest)")
    }
}
