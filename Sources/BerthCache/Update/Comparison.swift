internal import BerthArchive
internal import BerthSystem
internal import SystemPackage

/// What of an entry's trees is there already.
///
/// Makes the folders that are missing, and opens up those that their owner may not write to; all else stays for now.
struct Comparison {
    private let manifest: TreeManifest
    private let index: TreeIndex
    private let landings: [ExistingLanding]
    private let records: [FileRecord?]
    private let devices: [UInt64]
    /// How many names each file with several has.
    private let names: [Int: Int]

    /// Members by what has to be done.
    struct Found: Sendable {
        /// Files to write.
        var wanted: Set<Int> = []
        /// Files of the right size, to be read.
        var doubtful: [Int] = []
        /// Links to make, by the name that they are made under.
        var asides: [Int: Folder.Name] = [:]
    }

    init(
        _ manifest: TreeManifest, _ index: TreeIndex, _ landings: [ExistingLanding], _ keeper: PlaceRecords
    ) throws {
        (self.manifest, self.index, self.landings) = (manifest, index, landings)
        records = landings.map { landing in
            TreePlace(landing.stage, in: landing.parent).flatMap { keeper.read($0) }
        }
        devices = try landings.map { try $0.parent.facts($0.stage)?.device ?? 0 }
        var names: [Int: Int] = [:]
        for member in manifest.members {
            if case .sameFile(let first) = member.content { names[first, default: 1] += 1 }
        }
        self.names = names
    }

    func run() throws -> Found {
        var found = Found()
        var roots: [Folder?] = []
        for (landing, root) in zip(landings, manifest.members.filter({ $0.depth == 0 })) {
            guard root.content == .folder else {
                roots.append(nil)
                continue
            }
            try makeFolder(landing.stage, in: landing.parent)
            roots.append(try landing.parent.folder(landing.stage))
        }
        let stack = FolderStack(manifest, index, roots: roots)
        for member in manifest.members.indices {
            let (folder, name) = try place(member, stack)
            try compare(member, folder, name, &found)
        }
        return found
    }

    private func place(_ member: Int, _ stack: FolderStack) throws -> (Folder, Folder.Name) {
        guard index.parent(of: member) != nil else {
            let landing = landings[index.tree(of: member)]
            return (landing.parent, landing.stage)
        }
        guard let name = Folder.Name(bytes: manifest.members.name(of: member)) else {
            throw BerthError(.damaged, "a manifest's name is none")
        }
        return (try stack.folder(of: member), name)
    }

    private func compare(_ member: Int, _ folder: Folder, _ name: Folder.Name, _ found: inout Found) throws {
        switch manifest.members[member].content {
        case .folder: if index.parent(of: member) != nil { try makeFolder(name, in: folder) }
        case .sameFile: break
        case .link(let target):
            let facts = try folder.facts(name)
            guard try facts?.kind != .link || !folder.target(name).elementsEqual(target) else { return }
            found.asides[member] = try AsideNames.any()
        case .file(let file):
            let size = manifest.size(of: file)
            // A file with names elsewhere is somebody else's too: it is replaced, never changed.
            guard let facts = try folder.facts(name), facts.kind == .file, facts.size == size,
                facts.names == UInt64(names[member] ?? 1)
            else {
                found.wanted.insert(member)
                return
            }
            let tree = index.tree(of: member)
            let known = facts.device == devices[tree] ? records[tree]?.content(of: FileState(facts)) : nil
            let right = FileContent(chunks: file.chunks.map { manifest.chunks[$0].digest }, stamp: file.stamp)
            if known != right, size > 0 { found.doubtful.append(member) }
        }
    }

    private func makeFolder(_ name: Folder.Name, in folder: Folder) throws {
        let facts = try folder.facts(name)
        guard let facts, facts.kind == .folder else {
            if facts != nil { try folder.remove(name) }
            return try folder.makeEmptyFolder(name)
        }
        if facts.permissions & 0o700 != 0o700 { try folder.setPermissions(facts.permissions | 0o700, of: name) }
    }
}
