internal import BerthSystem
package import SystemPackage

/// One path to save, and what its tree is called in the entry.
package struct SavedPath: Sendable {
    /// As the profile declares it: `~/.cache/uv`, `.venv`.
    package let label: String
    /// Where it lies now.
    package let path: FilePath
    /// What below it is left out.
    package let exclude: Glob?

    package init(label: String, path: FilePath, exclude: Glob? = nil) {
        (self.label, self.path, self.exclude) = (label, path, exclude)
    }
}

/// Trees as they were found, without contents: the manifest's members with what stat said of each.
struct TreeWalk {
    /// When it began: what changed just before may change once more without a trace.
    let moment: FileTime
    /// Files have no chunks before `take`.
    private(set) var manifest = TreeManifest()
    /// By member.
    private(set) var states: [FileState] = []
    /// By tree: where it is, and the name that it has there.
    private(set) var roots: [Root] = []
    /// Members on other devices than their tree's root: what is mounted inside of it has inodes of its own.
    private var elsewhere: Set<Int> = []
    /// Files with several names, wherever the others are.
    private(set) var linked: Set<Int> = []

    typealias Root = (folder: Folder, name: Folder.Name)

    /// Walks the paths that are there, by several threads.
    ///
    /// Throws where one holds what no entry can (sockets, pipes, devices).
    init(_ paths: [SavedPath]) async throws {
        try await self.init(SeenTrees(try await offload { try FoundTree.find(paths) }))
    }

    /// Walks trees of which something may be known.
    init(_ seen: SeenTrees) async throws {
        moment = seen.moment
        manifest.labels = seen.trees.map(\.saved.label)
        roots = seen.trees.map { ($0.root.folder, $0.root.name) }
        let steps = try await seen.steps()
        var parts = try await offload { try WalkFront(steps) }.parts()
        let count = parts.reduce(0) { $0 + $1.states.count }
        manifest.members.reserveCapacity(count)
        states.reserveCapacity(count)
        var firsts: [WalkPart.FileIdentity: Int] = [:]
        for number in parts.indices {
            add(parts[number], &firsts)
            parts[number] = WalkPart()
        }
    }

    /// Adds a part; `firsts`: the first member of each file with several names.
    private mutating func add(_ part: WalkPart, _ firsts: inout [WalkPart.FileIdentity: Int]) {
        let start = states.count
        manifest.members.append(part.members)
        states += part.states
        elsewhere.formUnion(part.elsewhere.map { start + $0 })
        linked.formUnion(part.linked.map { start + $0.member })
        for (member, file) in part.linked {
            if let first = firsts[file] {
                manifest.members.setSecondName(of: first, at: start + member)
            } else {
                firsts[file] = start + member
            }
        }
    }

    /// The files that have bytes.
    var files: [Int] {
        manifest.members.indices.filter { manifest.members.isFile($0) && states[$0].size > 0 }
    }

    /// Whether a member lies on another device than its tree's root.
    func isElsewhere(_ member: Int) -> Bool { elsewhere.contains(member) }

    /// Whether a file is the one that was walked, as it was then.
    func isUnchanged(_ file: OpenFile, _ member: Int) throws -> Bool { FileState(try file.facts()) == states[member] }

    /// Gives files their contents; chunks are numbered by first use in the manifest's order.
    mutating func take(_ contents: WalkContents) {
        var places = PlaceTable()
        for member in manifest.members.indices where contents.chunks(of: member) > 0 {
            let numbers = contents.digests(of: member).enumerated().map { chunk, digest in
                let size = SaveUnit.Piece(member: member, chunk: chunk).size(of: states[member].size)
                return manifest.chunks.number(.init(digest: digest, size: size), &places)
            }
            manifest.members.setChunks(numbers, stamp: contents.stamp(of: member), of: member)
        }
    }

    /// The root of each tree, opened where it is a folder: what one thread walks down from.
    func openRoots() throws -> [Folder?] {
        try zip(roots, manifest.members.roots).map { root, member in
            manifest.members.isFolder(member) ? try root.folder.folder(root.name) : nil
        }
    }

    /// Opens a file of the walk.
    func open(_ member: Int, _ stack: FolderStack, _ index: TreeIndex) throws -> OpenFile {
        if index.parent(of: member) == nil {
            let root = roots[index.tree(of: member)]
            return try root.folder.read(root.name)
        }
        guard let name = Folder.Name(bytes: manifest.members[member].name) else {
            throw BerthError(.failed, "a walked name is none")
        }
        return try stack.folder(of: member).read(name)
    }
}
