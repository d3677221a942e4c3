package import BerthArchive
package import BerthDocument

/// One entry of a `package-lock.json`: a folder of the tree, and the package in it.
package struct PackageLockEntry: Sendable {
    /// The key: empty for the project itself, `node_modules/a` for packages, another folder for a workspace.
    package let location: String
    /// Where the entry stands in the file.
    package let place: DocumentPlace
    /// The package's own name, where the entry states it.
    package let statedName: String?
    package let version: String?
    /// Where the writer found it; for a link the folder that it leads to.
    package let resolved: String?
    package let integrity: Integrity?
    package let flags: PackageLockFlags
    /// Commands and their files.
    package let bins: [DependencySpec]
    package let systems: [String]
    package let processors: [String]
    package let libcs: [String]
    /// Programs with the versions that the package wants of them.
    package let engines: [DependencySpec]
    package let dependencies: [DependencySpec]
    package let optionalDependencies: [DependencySpec]
    package let developmentDependencies: [DependencySpec]
    package let peerDependencies: [DependencySpec]
    /// Names of peers that may be missing.
    package let optionalPeers: Set<String>

    /// The package's name: as stated, else the last part of its location.
    package var name: String { statedName ?? folderName ?? "" }

    /// The name under which dependents find it; nil outside of `node_modules`.
    package var folderName: String? {
        let parts = location.split(separator: "/")
        guard let mark = parts.lastIndex(of: "node_modules"), mark + 1 < parts.count else { return nil }
        return parts[(mark + 1)...].joined(separator: "/")
    }
}

/// What an entry is, said in truth values.
package struct PackageLockFlags: OptionSet, Sendable, Hashable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// A symlink to a folder of the project.
    package static let link = Self(rawValue: 1 << 0)
    /// Needed for development only.
    package static let development = Self(rawValue: 1 << 1)
    /// Needed by optional dependencies only.
    package static let optional = Self(rawValue: 1 << 2)
    /// Needed by development and optional dependencies only, of each at least one.
    package static let developmentOptional = Self(rawValue: 1 << 3)
    /// Needed as a peer only.
    package static let peer = Self(rawValue: 1 << 4)
    /// Comes inside of the tarball of the package above it.
    package static let bundled = Self(rawValue: 1 << 5)
    /// npm would run a script of it.
    package static let installScript = Self(rawValue: 1 << 6)
    /// Nothing needs it.
    package static let extraneous = Self(rawValue: 1 << 7)

    /// The keys of a lockfile.
    static let keys: [(key: String, flag: PackageLockFlags)] = [
        ("link", .link), ("dev", .development), ("optional", .optional), ("devOptional", .developmentOptional),
        ("peer", .peer), ("inBundle", .bundled), ("hasInstallScript", .installScript), ("extraneous", .extraneous),
    ]
}
