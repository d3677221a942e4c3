package import BerthArchive
internal import BerthSystem

/// One package of an image, as bills of materials list it, whatever it came from.
package struct Component: Sendable, Equatable {
    /// Where a package comes from.
    package enum Kind: String, Sendable {
        case debian = "deb"
        case python = "pypi"
        case npm
        /// An archive by its address, such as a language's own runtime.
        case archive = "generic"
    }

    package var kind: Kind
    package var name: String
    package var version: String
    package var purl: PackageURL
    /// The package file's digest, and its name.
    package var sha256: Digest?
    package var file: String?
    /// Nil where the package states none.
    package var licence: LicenceExpression?
    package var supplier: Supplier?
    /// The source package that it was built from.
    package var source: String?

    package init(
        _ kind: Kind, name: String, version: String, purl: PackageURL, sha256: Digest?, file: String? = nil,
        licence: LicenceExpression? = nil, supplier: Supplier? = nil, source: String? = nil
    ) {
        self.kind = kind
        self.name = name
        self.version = version
        self.purl = purl
        self.sha256 = sha256
        self.file = file
        self.licence = licence
        self.supplier = supplier
        self.source = source
    }
}

/// Who stands behind a package: a name, perhaps with an address.
package struct Supplier: Sendable, Equatable {
    package let name: String
    package let mail: String?

    /// From `Name <address>`, `<address>` or a name alone; what can't be an address is left out.
    package init?(_ text: String) {
        let clean = text.escaped
        let name = clean.prefix { $0 != "<" }.filter { $0 != "\"" }.trimmed
        let inside = clean.split(separator: "<", maxSplits: 1).dropFirst().first?.prefix { $0 != ">" }
        let mail = (inside ?? (clean.contains("<") ? clean.drop { $0 == "<" }.prefix { $0 != ">" } : nil)).map {
            String($0).trimmed
        }
        self.mail = mail.flatMap { Self.isMail($0) ? $0 : nil }
        self.name = String((name.isEmpty ? self.mail ?? "" : name).prefix(200))
        if self.name.isEmpty { return nil }
    }

    private static func isMail(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        return parts.count == 2
            && zip(parts, ["._%+-", ".-"]).allSatisfy { part, marks in
                !part.isEmpty
                    && part.allSatisfy {
                        (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || marks.utf8.contains($0)
                    }
            }
    }

    init(name: String) {
        self.name = name
        mail = nil
    }

    /// Whether the name is that of several people, as far as its words tell.
    package var isOrganization: Bool {
        let words = [
            "team", "maintainers", "developers", "project", "group", "foundation", "debian", "inc", "authors",
            "builder",
        ]
        let own = name.lowercased().split { !$0.isLetter }
        return own.contains { words.contains(String($0)) } || !name.contains(" ")
    }
}
