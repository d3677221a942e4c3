internal import BerthArchive

/// What a package says of its licence and its makers, in its own words; bills of materials are made from it.
package struct PackageStatement: Codable, Sendable, Equatable {
    /// Licence expressions as the package writes them, each once; all of them hold.
    package var licences: [String] = []
    /// `Name <mail address>`, or a name alone.
    package var supplier: String?
    /// The package whose copyright file stands in for a missing one of its own.
    package var standIn: String?

    package init() {}
}

/// Which files of a package hold its statement, and how they are read.
enum StatementFile {
    /// `usr/share/doc/NAME/copyright` of a Debian package (Debian policy, §12.5).
    case copyright
    /// `site-packages/NAME.dist-info/METADATA` of a wheel (PEP 566, PEP 639); copies further down are of other projects.
    case metadata
    /// `node_modules/NAME/package.json` of the npm package itself; those of bundled packages are other names'.
    case manifest

    /// The kind of a file of the package of that name.
    init?(_ path: ArchivePath, of package: String) {
        switch path.name {
        case "copyright" where path.isWithin("usr/share/doc") && path.ancestors.count == 4: self = .copyright
        case "METADATA":
            guard let folder = path.parent, folder.name.hasSuffix(".dist-info"),
                folder.parent?.name == "site-packages"
            else { return nil }
            self = .metadata
        case "package.json" where "/\(path)".hasSuffix("/node_modules/\(package)/package.json"): self = .manifest
        default: return nil
        }
    }

    func read(_ bytes: [UInt8]) -> PackageStatement {
        switch self {
        case .copyright: CopyrightFile.read(bytes)
        case .metadata: MetadataFile.read(bytes)
        case .manifest: ManifestFile.read(bytes)
        }
    }

    /// The package that a link in place of `usr/share/doc/NAME`, or of the copyright file in it, leads to.
    static func standIn(_ path: ArchivePath, target: String) -> String? {
        guard path.isWithin("usr/share/doc"), path.ancestors.count == 3 || path.name == "copyright" else { return nil }
        let words = target.split(separator: "/")
        return (words.last == "copyright" ? words.dropLast() : words[...]).last.map(String.init)
    }
}

extension PackageStatement {
    /// Adds what another file of the same package says.
    mutating func add(_ other: PackageStatement) {
        licences += other.licences.filter { !licences.contains($0) }
        supplier = supplier ?? other.supplier
        standIn = standIn ?? other.standIn
    }
}
