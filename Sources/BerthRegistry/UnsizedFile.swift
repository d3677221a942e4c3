package import BerthArchive

/// A file of which a package registry has promised a hash of its own kind, and nothing else.
package struct UnsizedFile: Sendable, Hashable {
    /// The name for messages; never a path.
    package let name: String
    package let integrity: Integrity
    /// In the order in which they are tried.
    package let addresses: [Address]
    /// What it was when it came before, where that is known; believed only where the hash agrees.
    package let known: FetchedFile?

    package init(name: String, integrity: Integrity, addresses: [Address], known: FetchedFile? = nil) {
        (self.name, self.integrity, self.addresses, self.known) = (name, integrity, addresses, known)
    }
}

/// A file that is in the store now, under its digest.
package struct FetchedFile: Sendable, Hashable {
    package let digest: Digest
    package let size: ByteCount

    package init(digest: Digest, size: ByteCount) { (self.digest, self.size) = (digest, size) }
}
