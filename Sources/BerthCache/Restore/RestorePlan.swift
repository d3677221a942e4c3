internal import BerthArchive
internal import BerthSystem
internal import SystemPackage

/// What a restore does: the manifest, where each tree is filled, and who needs which chunk.
///
/// Shared by all threads.
struct RestorePlan: Sendable {
    let manifest: TreeManifest
    let index: TreeIndex
    /// What threads make side by side.
    let subtrees: Subtrees
    let uses: ChunkUses
    let landings: [any Landing]
    /// Chunks that a thread writes: two packs may hold the same one.
    let claims: ChunkClaims
    /// Members that are made under a name of Berth's own and renamed once they are whole.
    let asides: [Int: Folder.Name]

    init(_ manifest: TreeManifest, _ landings: [any Landing]) {
        let uses = ChunkUses(manifest) { _ in true }
        self.init(manifest, TreeIndex(manifest), landings, uses, asides: [:])
    }

    init(
        _ manifest: TreeManifest, _ index: TreeIndex, _ landings: [any Landing], _ uses: ChunkUses,
        asides: [Int: Folder.Name]
    ) {
        (self.manifest, self.index, self.landings, self.uses) = (manifest, index, landings, uses)
        self.asides = asides
        subtrees = Subtrees(manifest, index)
        claims = ChunkClaims(count: manifest.chunks.count)
    }

    /// The number of a chunk that some file needs.
    func needs(_ digest: Digest) -> Int? { uses.number(of: digest) }

    /// The folder that a member is made in, and the name that it is made under.
    func place(_ member: Int, _ stack: FolderStack) throws -> (Folder, Folder.Name) {
        let (folder, name) = try finalPlace(member, stack)
        return (folder, asides.isEmpty ? name : asides[member] ?? name)
    }

    /// The folder that a member lies in, and its own name.
    func finalPlace(_ member: Int, _ stack: FolderStack) throws -> (Folder, Folder.Name) {
        if index.parent(of: member) == nil {
            let landing = landings[index.tree(of: member)]
            return (landing.parent, landing.stage)
        }
        guard let name = Folder.Name(bytes: manifest.members.name(of: member)) else {
            throw BerthError(.damaged, "a manifest's name is none")
        }
        return (try stack.folder(of: member), name)
    }

    /// Permissions that a member gets: the owner does not come back, so what runs as the owner must not either.
    func permissions(_ member: Int) -> UInt16 { manifest.members.permissions(of: member) & 0o1777 }

    /// Permissions and time of a file, once its content is there; returns what it is then.
    func finish(_ file: OpenFile, _ member: Int) throws -> EntryFacts {
        try file.setModified(manifest.members.modified(of: member))
        let facts = try file.facts()
        guard facts.permissions != permissions(member) else { return facts }
        try file.setPermissions(permissions(member))
        return try file.facts()
    }

    /// The root of each tree, opened where it is a folder.
    func openRoots() throws -> [Folder?] {
        try zip(landings, index.roots).map { landing, member in
            manifest.members.isFolder(member) ? try landing.parent.folder(landing.stage) : nil
        }
    }
}
