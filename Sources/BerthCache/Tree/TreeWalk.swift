internal import BerthArchive
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
    /// Where each member hangs.
    private(set) var index = TreeIndex(TreeManifest())
    /// By member.
    private(set) var states: [FileState] = []
    /// By tree: where it is, and the name that it has there.
    private(set) var roots: [Root] = []
    /// Members that are as they were noted, in their order; none once the walk has its contents.
    private(set) var known: [KnownMembers] = []
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
        let begun = try await seen.steps()
        var steps = try await offload { try WalkFront(begun) }.walked()
        let count = steps.reduce(0) { $0 + $1.count }
        manifest.members.reserveCapacity(count)
        states.reserveCapacity(count)
        var firsts: [WalkPart.FileIdentity: Int] = [:]
        for number in steps.indices {
            add(steps[number], &firsts)
            steps[number] = .part(WalkPart())
        }
        index = TreeIndex(manifest)
    }

    /// Adds a step's members; `firsts`: the first member of each file with several names.
    private mutating func add(_ step: WalkFront.Step, _ firsts: inout [WalkPart.FileIdentity: Int]) {
        let start = states.count
        switch step {
        case .find: break
        case .part(let part):
            manifest.members.append(part.members)
            states += part.states
            elsewhere.formUnion(part.elsewhere.map { start + $0 })
            add(part.linked.map { (start + $0.member, $0.file) }, &firsts)
        case .known(let tree, let members, let device):
            known.append(
                KnownMembers(
                    members: start..<start + members.count, contents: tree.contents, start: members.lowerBound))
            manifest.members.append(tree.manifest.members, members)
            states += tree.states[members]
            let linked = tree.linked(in: members).map { member in
                (
                    start + member - members.lowerBound,
                    WalkPart.FileIdentity(device: device, inode: tree.states[member].inode)
                )
            }
            add(linked, &firsts)
        }
    }

    private mutating func add(
        _ linked: [(member: Int, file: WalkPart.FileIdentity)], _ firsts: inout [WalkPart.FileIdentity: Int]
    ) {
        self.linked.formUnion(linked.map(\.member))
        for (member, file) in linked {
            if let first = firsts[file] {
                manifest.members.setSecondName(of: first, at: member)
            } else {
                firsts[file] = member
            }
        }
    }

    /// The files that have bytes.
    var files: [Int] {
        manifest.members.indices.filter { manifest.members.isFile($0) && states[$0].size > 0 }
    }

    /// Bytes of files.
    func size(of files: [Int]) -> Int64 { files.reduce(0) { $0 + states[$1].size } }

    /// Whether a member lies on another device than its tree's root.
    func isElsewhere(_ member: Int) -> Bool { elsewhere.contains(member) }

    /// Whether a second name was as long as the first one, when each was looked at; true of all else.
    func hasSizeOfFirstName(_ member: Int) -> Bool {
        manifest.members.firstName(of: member).map { states[$0].size == states[member].size } ?? true
    }

    /// Whether a file is the one that was walked, as it was then.
    func isUnchanged(_ file: OpenFile, _ member: Int) throws -> Bool { FileState(try file.facts()) == states[member] }

    /// Gives files their contents; chunks are numbered by first use in the manifest's order.
    mutating func take(_ contents: WalkContents) {
        known = []
        var places = PlaceTable()
        manifest.chunks.reserve(contents.allDigests.count, &places)
        for member in manifest.members.indices {
            let digests = contents.digests(of: member)
            guard let first = digests.first else { continue }
            let stamp = contents.stamp(of: member)
            if digests.count == 1 {
                // Most files: none of them takes an array.
                let number = number(first, 0, of: member, &places)
                manifest.members.setChunks(CollectionOfOne(number), stamp: stamp, of: member)
            } else {
                let numbers = digests.enumerated().map { number($1, $0, of: member, &places) }
                manifest.members.setChunks(numbers, stamp: stamp, of: member)
            }
        }
    }

    /// The number of what a piece of a file holds.
    private mutating func number(_ digest: Digest, _ chunk: Int, of member: Int, _ places: inout PlaceTable) -> Int {
        let size = SaveUnit.Piece(member: member, chunk: chunk).size(of: states[member].size)
        return manifest.chunks.number(.init(digest: digest, size: size), &places)
    }

    /// The root of each tree, opened where it is a folder: what one thread walks down from.
    func openRoots() throws -> [Folder?] {
        try zip(roots, manifest.members.roots).map { root, member in
            manifest.members.isFolder(member) ? try root.folder.folder(root.name) : nil
        }
    }

    /// Opens a file of the walk.
    func open(_ member: Int, _ stack: FolderStack) throws -> OpenFile {
        if index.parent(of: member) == nil {
            let root = roots[index.tree(of: member)]
            return try root.folder.read(root.name)
        }
        guard let name = Folder.Name(bytes: manifest.members.name(of: member)) else {
            throw BerthError(.failed, "a walked name is none")
        }
        return try stack.folder(of: member).read(name)
    }
}
