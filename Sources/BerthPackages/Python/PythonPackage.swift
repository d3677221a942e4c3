package import BerthArchive

/// One Python package as resolved: the wheel to install, and where it was seen.
package struct PythonPackage: Sendable, Equatable {
    /// Normalised as PEP 503 says.
    package let name: String
    package let version: String
    /// The wheel's file name.
    package let fileName: String
    /// In bytes; nil where the index does not say.
    package let size: ByteCount?
    package let digest: Digest
    /// Seconds since 1970; nil where the index does not say.
    package let uploaded: Int64?
    /// Whether the recipe names it itself.
    package let isRequested: Bool
    /// Where it lies now, an `http(s):` or `file:` address; kept in memory only, never written to a lock.
    package let address: String

    /// What a lock keeps of it to find it again.
    package var pin: PythonPin { PythonPin(name: name, version: version, fileName: fileName) }
}

/// A wheel named without an address.
package struct PythonPin: Sendable, Hashable {
    /// Normalised as PEP 503 says.
    package let name: String
    package let version: String
    package let fileName: String

    package init(name: String, version: String, fileName: String) {
        self.name = name
        self.version = version
        self.fileName = fileName
    }
}
