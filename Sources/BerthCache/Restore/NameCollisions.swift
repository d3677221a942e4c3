internal import BerthSystem
internal import SystemPackage

/// Finds names in one folder of a tree that a place would take for one name, before anything is written there.
struct NameCollisions {
    private let manifest: TreeManifest
    private let index: TreeIndex

    init(_ manifest: TreeManifest, _ index: TreeIndex) { (self.manifest, self.index) = (manifest, index) }

    /// Throws with both names where a place does not tell them apart.
    func check(_ landings: [any Landing]) throws {
        try check(landings, try landings.map { try NameFolding(of: $0.parent) })
    }

    func check(_ landings: [any Landing], _ foldings: [NameFolding]) throws {
        guard foldings.contains(where: \.isAny) else { return }
        var seen: [Int: [String: Int]] = [:]
        for (member, entry) in manifest.members.enumerated() {
            guard let parent = index.parent(of: member) else { continue }
            let key = foldings[index.tree(of: member)].key(entry.name)
            guard let other = seen[parent, default: [:]].updateValue(member, forKey: key) else { continue }
            let names = [other, member].map { index.path(of: $0, in: manifest) }
            throw Self.error(names[0], names[1], at: landings[index.tree(of: member)])
        }
    }

    static func error(_ first: String, _ second: String, at landing: any Landing) -> BerthError {
        BerthError(
            .failed, "the place takes two names of the entry for one: \(first.escaped) and \(second.escaped)",
            place: landing.destination.string.escaped, done: "nothing was changed",
            remedy: "restore to a file system that tells upper from lower case, or leave one of the two out")
    }
}

/// Which names the file system of a folder takes for one.
struct NameFolding {
    /// Upper and lower case, as on APFS, FAT, and ext4 folders with +F.
    let foldsCase: Bool
    /// An accent as a part of its letter and beside it, as on APFS.
    let foldsAccents: Bool
}

extension NameFolding {
    /// Tries it with a file for a moment.
    init(of folder: Folder) throws {
        let plain = "\(AsideNames.probe).\(UniqueNumber.text)"
        // é as one scalar; some file systems cannot have it in a name.
        let accented = plain + "\u{E9}"
        let text = (try? Self.create(accented, in: folder)) == nil ? plain : accented
        if text == plain { try Self.create(plain, in: folder) }
        defer { _ = try? Self.name(text).map(folder.remove) }
        func isThere(_ other: String) throws -> Bool { try Self.name(other).flatMap(folder.facts) != nil }
        foldsCase = try isThere(text.replacing("berth", with: "BERTH"))
        foldsAccents = try text == accented && isThere(plain + "e\u{301}")
    }

    private static func name(_ text: String) -> Folder.Name? { Folder.Name(".\(text)") }

    private static func create(_ text: String, in folder: Folder) throws {
        guard let name = name(text) else { return }
        _ = try folder.create(name)
    }

    var isAny: Bool { foldsCase || foldsAccents }

    /// What two names have in common that are one there.
    ///
    /// Swift takes texts for equal that differ in how an accent is written.
    func key(_ name: ArraySlice<UInt8>) -> String {
        guard isAny, let text = String(validating: name, as: UTF8.self) else {
            return name.map { String($0, radix: 16) }.joined(separator: " ")
        }
        // By way of upper case, ß and ss are one too.
        return foldsCase ? text.uppercased().lowercased() : text
    }
}
