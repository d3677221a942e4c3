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
    let moment = FileTime.now
    /// Files have no chunks yet.
    private(set) var manifest = TreeManifest()
    /// By member.
    private(set) var states: [FileState] = []
    /// By tree: where it is, and the name that it has there.
    private(set) var roots: [(folder: Folder, name: Folder.Name)] = []
    /// By tree: the device that its root lies on.
    private var devices: [UInt64] = []
    /// Members on other devices than their tree's root: what is mounted inside of it has inodes of its own.
    private var elsewhere: Set<Int> = []
    /// The first member of each file with several names, by device and inode.
    private var known: [FileIdentity: Int] = [:]

    private struct FileIdentity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    /// Walks the paths that are there; throws where one holds what no entry can (sockets, pipes, devices).
    init(_ paths: [SavedPath]) throws {
        for saved in paths.sorted(by: { $0.label < $1.label }) {
            guard let name = saved.path.lastComponent, name.kind == .regular else {
                throw BerthError(
                    .usage, "a folder or file with a name is needed", place: saved.path.string,
                    remedy: "name the path that the tool fills, such as ~/.cache/uv")
            }
            let parent = saved.path.removingLastComponent()
            guard let found = try Self.open(parent.isEmpty ? "." : parent), let facts = try found.facts(name) else {
                continue
            }
            manifest.labels.append(saved.label)
            roots.append((found, name))
            devices.append(facts.device)
            try add(name, facts, in: found, depth: 0, saved.exclude.flatMap { Exclusion($0) })
        }
        known = [:]
    }

    /// Nil where there is no such folder; anything else that stands in the way is an error, not an empty tree.
    private static func open(_ path: FilePath) throws -> Folder? {
        do { return try Folder(path) } catch let error as BerthError {
            guard error.errno == Errno.noSuchFileOrDirectory.rawValue || error.errno == Errno.notDirectory.rawValue
            else { throw error }
            return nil
        }
    }

    private mutating func add(
        _ name: Folder.Name, _ facts: EntryFacts, in folder: Folder, depth: Int, _ exclusion: Exclusion?
    ) throws {
        let content = try content(name, facts, in: folder)
        manifest.members.append(
            .init(
                name: depth == 0 ? [] : name.bytes[...], depth: depth, permissions: facts.permissions,
                modified: facts.modified, content: content))
        if facts.device != devices.last { elsewhere.insert(states.count) }
        states.append(FileState(facts))
        guard facts.kind == .folder else { return }
        guard depth < ManifestCoding.deepest else {
            throw BerthError(
                .usage, "the folders are nested deeper than \(ManifestCoding.deepest)",
                place: folder.place(name).escaped, done: "nothing was saved", remedy: "leave that folder out")
        }
        let inner = try folder.folder(name)
        for child in try inner.names() {
            let below = exclusion?.below(child.string)
            // What is gone since the folder was read was somebody's temporary file.
            guard below?.leavesOut != true, let facts = try inner.facts(child) else { continue }
            try add(child, facts, in: inner, depth: depth + 1, below)
        }
    }

    private mutating func content(
        _ name: Folder.Name, _ facts: EntryFacts, in folder: Folder
    ) throws -> TreeManifest.Content {
        switch facts.kind {
        case .folder: return .folder
        case .link: return .link(try folder.target(name)[...])
        case .file:
            let identity = FileIdentity(device: facts.device, inode: facts.inode)
            if facts.names > 1, let first = known[identity] { return .sameFile(as: first) }
            if facts.names > 1 { known[identity] = manifest.members.count }
            return .file(.init(chunks: [], isSparse: facts.occupied < facts.size && facts.size > 4096))
        case .pipe, .socket, .device:
            throw BerthError(
                .usage, "a \(facts.kind) cannot be cached", place: folder.place(name).escaped,
                done: "nothing was saved", remedy: "leave it out in the profile (exclude), or remove it")
        }
    }

    /// The files that have bytes.
    var files: [Int] {
        manifest.members.indices.filter { member in
            if case .file = manifest.members[member].content { states[member].size > 0 } else { false }
        }
    }

    /// Whether a member lies on another device than its tree's root.
    func isElsewhere(_ member: Int) -> Bool { elsewhere.contains(member) }

    /// Whether a file is the one that was walked, as it was then.
    func isUnchanged(_ file: OpenFile, _ member: Int) throws -> Bool { FileState(try file.facts()) == states[member] }

    /// The root of each tree, opened where it is a folder: what one thread walks down from.
    func openRoots() throws -> [Folder?] {
        let firsts = manifest.members.filter { $0.depth == 0 }
        return try zip(roots, firsts).map { root, member in
            member.content == .folder ? try root.folder.folder(root.name) : nil
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
