package import BerthArchive

/// A file that somebody has promised by hash and size, and where it can be had.
package struct RemoteFile: Sendable, Hashable {
    /// The name for messages; never a path.
    package let name: String
    package let digest: Digest
    package let size: ByteCount
    /// In the order in which they are tried.
    package let addresses: [Address]

    /// Promises a file; at least one address should be there.
    package init(name: String, digest: Digest, size: ByteCount, addresses: [Address]) {
        self.name = name
        self.digest = digest
        self.size = size
        self.addresses = addresses
    }
}
