import BerthArchive
import BerthPackages

/// A Packages file for tests, in a few words: `name=version` and relation fields.
struct DebianStanzas {
    private(set) var text = ""

    /// Adds a package; `fields` are further lines as they stand in the file.
    mutating func add(_ name: String, _ version: String = "1.0", architecture: String = "arm64", _ fields: String...) {
        text += """
            Package: \(name)
            Version: \(version)
            Architecture: \(architecture)
            \((["Priority: optional"] + fields).joined(separator: "\n"))
            Filename: pool/main/\(name.prefix(1))/\(name)/\(name)_\(version.split(separator: ":").last ?? "")_\(architecture).deb
            Size: \(name.utf8.count * 1000)
            SHA256: \(Digest.of("\(name) \(version)").hex)
            Installed-Size: 12


            """
    }

    /// Changes what was added so far.
    mutating func text(replacing old: String, with new: String) { text = text.replacing(old, with: new) }

    /// The index of one suite.
    func index(_ suite: String = "trixie", _ archive: DebianArchiveKind = .main) throws -> PackagesIndex {
        try PackagesIndex(Array(text.utf8), origin: DebianIndexOrigin(suite: suite, archive: archive))
    }
}

/// Names that a request resolves to in these indexes.
func names(_ packages: String..., in indexes: PackagesIndex..., recommends: Bool = false) throws -> [String] {
    let request = DebianRequest(suite: "trixie", architecture: .arm64, packages: packages, recommends: recommends)
    return try DebianResolver.resolve(request, in: indexes).map(\.name)
}
