internal import BerthDocument

/// Makes an entry of one requirement, or says what it lacks to be locked.
struct RequirementEntry {
    private let requirement: RequirementText
    private let place: DocumentPlace
    private let isEditable: Bool
    private var hashes: [String] = []
    private var notes: [GivenOption] = []

    init(
        _ requirement: RequirementText, _ options: [GivenOption], _ place: DocumentPlace, _ isEditable: Bool
    ) throws(RequirementFault) {
        (self.requirement, self.place, self.isEditable) = (requirement, place, isEditable)
        for given in options {
            switch given.option.meaning {
            case .hash:
                guard let hash = HashText.checked(given.value) else {
                    throw RequirementFault("the hash \"\(given.value)\" is cut or not one this program knows")
                }
                hashes.append(hash)
            case .noted, .ignored: notes.append(given)
            default: throw RequirementFault("\(given.option.name) stands behind a requirement")
            }
        }
    }

    /// The entry, and whether it comes from an index.
    func made() throws(RequirementFault) -> (entry: LockEntry, isIndexed: Bool) {
        switch requirement.what {
        case .named(let name, let specifier): (try named(name, specifier), true)
        case .address(let name, let place): (try address(name, place), false)
        case .path(let place): (try path(place), false)
        }
    }

    private func named(_ name: String, _ specifier: String) throws(RequirementFault) -> LockEntry {
        guard let version = RequirementText.pin(specifier) else {
            throw RequirementFault("\(name) is not pinned with ==\(Self.remedy)")
        }
        guard !hashes.isEmpty else { throw RequirementFault("\(name) \(version) has no --hash\(Self.remedy)") }
        var entry = entry(name)
        entry.version = version
        return entry
    }

    private func address(_ name: String?, _ address: String) throws(RequirementFault) -> LockEntry {
        let known = name ?? RequirementPlace.name(address)
        let shown = SourceText.withoutCredentials(address)
        if RequirementPlace.repositoryTool(address) == nil, !RequirementPlace.isArchive(address), hashes.isEmpty,
            address.hasPrefix("file:"), fragmentHashes(address).isEmpty
        {
            return folder(address)
        }
        guard let known else { throw RequirementFault("\"\(shown)\" tells no name; write \"name @ address\"") }
        var entry = entry(known)
        entry.source = address
        if RequirementPlace.repositoryTool(address) != nil {
            guard RequirementPlace.commit(address) != nil else {
                throw RequirementFault(
                    "\(known) comes from a repository without a commit (@ and 40 digits)\(Self.remedy)")
            }
        } else {
            entry.integrity += fragmentHashes(address)
            if entry.integrity.isEmpty {
                throw RequirementFault("\(known) comes from an address and has no --hash\(Self.remedy)")
            }
        }
        return entry
    }

    private func path(_ path: String) throws(RequirementFault) -> LockEntry {
        guard RequirementPlace.isArchive(path) else { return folder(path) }
        guard let name = RequirementPlace.name(path) else {
            throw RequirementFault("the file \"\(path)\" is not named like a package")
        }
        guard !hashes.isEmpty else { throw RequirementFault("the file \"\(path)\" has no --hash\(Self.remedy)") }
        var entry = entry(name)
        entry.source = path
        return entry
    }

    private func folder(_ path: String) -> LockEntry {
        var entry = entry(path)
        entry.isFolder(isEditable ? "editable" : "directory", path)
        return entry
    }

    /// What all kinds have in common; that something is always wanted is said too, as it may stand there twice.
    private func entry(_ name: String) -> LockEntry {
        var entry = LockEntry(name, at: place)
        entry.integrity = hashes
        entry.note("wanted", requirement.marker.isEmpty ? "always" : "if \(requirement.marker)")
        for extra in requirement.extras { entry.note("extra", extra) }
        if isEditable { entry.note("editable") }
        for given in notes where given.option.meaning == .noted { entry.note(given.option.name, given.value) }
        return entry
    }

    private func fragmentHashes(_ address: String) -> [String] {
        ["sha256", "sha384", "sha512"]
            .compactMap { name in
                RequirementPlace.fragment(address, name).flatMap { HashText.checked("\(name):\($0)") }
            }
    }

    private static let remedy =
        ", so pip would choose its files, and those of what it needs, at each installation; write the file with "
        + "uv export, uv pip compile --generate-hashes or pip-compile --generate-hashes, or key by files"
}
