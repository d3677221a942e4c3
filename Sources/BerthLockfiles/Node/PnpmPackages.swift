internal import BerthDocument

/// The sections `packages` and `snapshots`: what packages are, and (from version 9 on) how each copy is wired.
struct PnpmPackages {
    let document: PnpmDocument

    /// What a package says that shapes no tree.
    private static let silent: Set<String> = ["deprecated", "resolution"]

    func note(_ notes: inout DependencyNotes) {
        for member in document.packages {
            let reader = MappingReader(member.value, document.root.faults, name: "the package \(member.key)")
            guard let resolution = reader.node("resolution", required: true) else { continue }
            note(member, PnpmResolution(resolution), &notes)
            noteShape(member, &notes)
        }
        for member in document.snapshots { noteShape(member, &notes) }
    }

    private func note(_ member: DocumentMember, _ resolution: PnpmResolution, _ notes: inout DependencyNotes) {
        let subject = document.subject(member.key)
        if resolution.isLocal { return notes.facts(subject, "resolution", resolution.node) }
        guard !resolution.isEmpty else {
            return document.root.faults.add(
                "the package \(member.key) has neither a hash nor an address", at: resolution.node.place)
        }
        let path = PnpmPath(member.key, document.version)
        let name = member.value["name"]?.text ?? path.name
        let version = member.value["version"]?.text ?? path.version
        notes.package(name, version, integrity: resolution.hashes, address: resolution.address)
        if !resolution.address.isEmpty {
            notes.fact(subject, "is", [name, version, resolution.address].joined(separator: " "))
        }
        // What else there is (folders of a repository, files for several systems) shapes the tree.
        for part in resolution.node.members where !["integrity", "tarball"].contains(part.key) {
            notes.facts(subject, "resolution \(part.key)", part.value)
        }
    }

    private func noteShape(_ member: DocumentMember, _ notes: inout DependencyNotes) {
        let subject = document.subject(member.key)
        for field in member.value.members where !Self.silent.contains(field.key) {
            notes.facts(subject, field.key, field.value)
        }
    }
}

/// Where a package comes from.
struct PnpmResolution {
    let node: DocumentNode
    /// All hashes below.
    let hashes: [String]
    /// Addresses of tarballs, files and repositories with their commits, sorted, with spaces between; empty for the registry.
    let address: String

    init(_ node: DocumentNode) {
        self.node = node
        hashes = Self.texts("integrity", in: node).flatMap { SourceAddress.hashes($0) }
        let commits = node["commit"]?.text.map { "#\($0)" } ?? ""
        let addresses =
            Self.texts("tarball", in: node) + Self.texts("url", in: node)
            + Self.texts("repo", in: node).map { $0 + commits }
        address = addresses.sorted().joined(separator: " ")
    }

    /// A folder or a tarball of the project's own machine.
    var isLocal: Bool { node["directory"] != nil || SourceAddress.isLocal(address) }

    var isEmpty: Bool { hashes.isEmpty && address.isEmpty }

    private static func texts(_ key: String, in node: DocumentNode) -> [String] {
        node.items.flatMap { texts(key, in: $0) }
            + node.members.flatMap { member in
                member.key == key ? [member.value.text].compactMap(\.self) : texts(key, in: member.value)
            }
    }
}
