internal import BerthArchive
internal import BerthSystem
internal import Synchronization
internal import SystemPackage

/// What a restore does: the manifest, where each tree is filled, and who needs which chunk.
///
/// Shared by all threads.
struct RestorePlan: Sendable {
    let manifest: TreeManifest
    let index: TreeIndex
    let uses: ChunkUses
    let trees: [StagedTree]
    /// Chunks that a thread writes: two packs may hold the same one.
    let claims = ChunkClaims()

    init(_ manifest: TreeManifest, _ trees: [StagedTree]) {
        self.manifest = manifest
        index = TreeIndex(manifest)
        uses = ChunkUses(manifest)
        self.trees = trees
    }

    /// The number of a chunk that some file needs.
    func needs(_ digest: Digest) -> Int? { uses.numbers[digest] }

    /// The folder that a member is made in, and its name there.
    func place(_ member: Int, _ stack: FolderStack) throws -> (Folder, Folder.Name) {
        if index.parents[member] == nil {
            let tree = trees[index.trees[member]]
            return (tree.parent, tree.stage)
        }
        guard let name = Folder.Name(bytes: manifest.members[member].name) else {
            throw BerthError(.damaged, "a manifest's name is none")
        }
        return (try stack.folder(of: member), name)
    }

    /// Permissions and time of a file, once its content is there.
    func finish(_ file: OpenFile, _ member: Int) throws {
        // The owner does not come back, so what runs as the owner must not either.
        try file.setPermissions(manifest.members[member].permissions & 0o1777)
        try file.setModified(manifest.members[member].modified)
    }

    /// The root of each tree, opened where it is a folder.
    func openRoots() throws -> [Folder?] {
        let firsts = manifest.members.filter { $0.depth == 0 }
        return try zip(trees, firsts).map { tree, member in
            member.content == .folder ? try tree.parent.folder(tree.stage) : nil
        }
    }
}

extension RestorePlan {
    /// Makes folders, links, empty files, and files that several threads will write.
    func prepare() throws {
        var roots: [Folder?] = []
        for (member, entry) in manifest.members.enumerated() where entry.depth == 0 {
            let tree = trees[index.trees[member]]
            roots.append(entry.content == .folder ? try tree.parent.makeFolder(tree.stage) : nil)
        }
        let stack = FolderStack(manifest, index, roots: roots)
        for (member, entry) in manifest.members.enumerated() {
            switch entry.content {
            case .folder where entry.depth == 0: continue
            case .folder:
                let (folder, name) = try place(member, stack)
                _ = try folder.makeFolder(name)
            case .link(let target):
                let (folder, name) = try place(member, stack)
                try folder.makeLink(name, to: target)
                try folder.setModified(entry.modified, of: name)
            case .file(let file) where file.chunks.count != 1:
                let (folder, name) = try place(member, stack)
                let made = try folder.create(name)
                try made.setSize(file.chunks.reduce(0) { $0 + Int64(manifest.chunks[$1].size) })
                if file.chunks.isEmpty { try finish(made, member) }
            case .file, .sameFile: continue
            }
        }
    }

    /// A second name; a second file where the trees lie on two file systems, or the first has all names it may have.
    private func link(
        _ member: Int, _ name: Folder.Name, in folder: Folder, to old: Folder.Name, in source: Folder
    ) throws {
        do { try folder.makeName(name, of: old, in: source) } catch let error as BerthError {
            guard [Errno.improperLink, .tooManyLinks].contains(where: { $0.rawValue == error.errno }) else {
                throw error
            }
            let (from, to) = (try source.read(old), try folder.create(name))
            var offset: Int64 = 0
            while case let bytes = try from.read(1 << 20, at: offset), !bytes.isEmpty {
                try to.write(bytes, at: offset)
                offset += Int64(bytes.count)
            }
            try finish(to, member)
        }
    }

    /// Second names, and what would have been in the way earlier: permissions and times of folders and of large files.
    func complete() throws {
        let stack = FolderStack(manifest, index, roots: try openRoots())
        let others = FolderStack(manifest, index, roots: try openRoots())
        for (member, entry) in manifest.members.enumerated() {
            switch entry.content {
            case .sameFile(let first):
                let (folder, name) = try place(member, stack)
                let (source, old) = try place(first, others)
                try link(member, name, in: folder, to: old, in: source)
            case .file(let file) where file.chunks.count > 1:
                let (folder, name) = try place(member, stack)
                try finish(try folder.write(name), member)
            default: continue
            }
        }
        // From the inside out: a folder's time changes with each name in it, and its permissions may lock everybody out.
        for (member, entry) in manifest.members.enumerated().reversed() where entry.content == .folder {
            let folder = try stack.folder(member)
            try folder.setPermissions(entry.permissions)
            try folder.setModified(entry.modified)
        }
    }
}

/// Which chunks are taken, so that each is written once.
final class ChunkClaims: Sendable {
    private let taken = Mutex<Set<Int>>([])

    /// True for the first caller only.
    func take(_ chunk: Int) -> Bool { taken.withLock { $0.insert(chunk).inserted } }
}
