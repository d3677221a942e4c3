internal import BerthDocument

/// One package of a lockfile while it is read: its identity, and what else the lockfile says of it.
struct LockEntry {
    let name: String
    /// Where it stands, for faults.
    let place: DocumentPlace
    var version = ""
    var source = ""
    var integrity: [String] = []
    /// False for folders of the project or beside it, whose content no lockfile pins.
    var isExternal = true
    /// What tells entries of one package apart by design, such as the extras of pdm's second entry.
    var variant = ""
    private(set) var facts: [(aspect: String, value: String)] = []

    init(_ name: String, at place: DocumentPlace) {
        self.name = name
        self.place = place
    }

    /// Notes one thing that shapes the tree.
    mutating func note(_ aspect: String, _ value: String = "") { facts.append((aspect, value)) }

    /// Notes all that a value says: each member of a mapping and each item of a list by itself.
    mutating func note(_ aspect: String, _ node: DocumentNode) {
        node.leaves(aspect) { facts.append(($0, $1)) }
    }

    /// A folder that is installed from where it lies; its version is written into the tree.
    mutating func isFolder(_ kind: String, _ path: String) {
        isExternal = false
        note("installed from", "\(kind) \(path)")
        if !version.isEmpty { note("version", version) }
    }

    /// What it is, as a package from outside.
    var package: ExternalPackage {
        ExternalPackage(
            name: name, version: version, integrity: integrity, source: SourceText.withoutCredentials(source))
    }

    /// What its facts are about: a folder's version is a fact of its own, as it may change while the package stays.
    var subject: String {
        ([name + variant] + (isExternal && !version.isEmpty ? [version] : [])).joined(separator: " ")
    }
}
