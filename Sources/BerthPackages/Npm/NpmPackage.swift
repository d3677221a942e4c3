package import BerthArchive
package import BerthRegistry

/// One npm package as resolved: the tarball, where it goes, and where it was seen.
package struct NpmPackage: Sendable, Hashable {
    /// The registry's name, `@scope/name` where it has a scope.
    package let name: String
    package let version: String
    /// Where it goes below the folder that holds `node_modules`: `node_modules/a/node_modules/b`.
    ///
    /// Its last part is `name`, or the alias that a dependent gives it.
    package let location: ArchivePath
    package let integrity: Integrity
    /// The tarball's file name, `name-1.2.3.tgz`.
    package let fileName: String
    /// Where it lies now, in the order to try; kept in memory only, never written to a lock.
    package let addresses: [Address]
    /// The commands it brings; nil where only the package itself says.
    package var bins: [NpmBin]?
    /// Whether the registry or lock says that npm would run scripts of it.
    package let hasInstallScript: Bool
    /// Whether everything that wants it can do without it.
    package let isOptional: Bool
    /// Whether the recipe names it itself.
    package let isRequested: Bool

    package init(
        name: String, version: String, location: ArchivePath, integrity: Integrity, fileName: String,
        addresses: [Address] = [], bins: [NpmBin]? = nil, hasInstallScript: Bool = false, isOptional: Bool = false,
        isRequested: Bool = false
    ) {
        (self.name, self.version, self.location) = (name, version, location)
        (self.integrity, self.fileName, self.addresses, self.bins) = (integrity, fileName, addresses, bins)
        (self.hasInstallScript, self.isOptional, self.isRequested) = (hasInstallScript, isOptional, isRequested)
    }

    /// What a lock keeps of it to find it again.
    package var pin: NpmPin { NpmPin(name: name, version: version, fileName: fileName) }

    /// The first address, the one that most likely has it.
    package var address: Address? { addresses.first }

    /// `name@version`, as npm writes it.
    package var label: String { "\(name)@\(version)" }
}

/// A tarball named without an address.
package struct NpmPin: Sendable, Hashable {
    package let name: String
    package let version: String
    package let fileName: String

    package init(name: String, version: String, fileName: String) {
        (self.name, self.version, self.fileName) = (name, version, fileName)
    }
}

/// A command that a package brings.
package struct NpmBin: Sendable, Hashable {
    /// The command's name: one path component.
    package let command: String
    /// The file in the package.
    package let path: ArchivePath

    package init(command: String, path: ArchivePath) { (self.command, self.path) = (command, path) }
}
