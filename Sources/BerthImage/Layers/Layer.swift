package import BerthArchive

/// One layer of an image: what a registry, an engine and a person need to know of it.
package struct Layer: Codable, Sendable, Equatable {
    /// What lies in it: `base`, a source package's name, `python`, `configuration`.
    package var name: String
    /// Digest and size of the compressed blob.
    package let digest: Digest
    package let size: ByteCount
    /// Digest and size of the tar inside (image-spec, config.md, `rootfs.diff_ids`).
    package let diffID: Digest
    package let unpacked: ByteCount
    package let mediaType: String
}
