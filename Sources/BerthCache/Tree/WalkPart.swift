internal import BerthSystem
internal import SystemPackage

/// A stretch of trees as a walk finds it, in the manifest's order.
struct WalkPart: Sendable {
    /// Files have no chunks, and second names are files like the first.
    private(set) var members = MemberList()
    /// By member.
    private(set) var states: [FileState] = []
    /// Members on other devices than their tree's root.
    private(set) var elsewhere: [Int] = []
    /// Files with several names; the others may be in other parts.
    private(set) var linked: [(member: Int, file: FileIdentity)] = []

    /// A file with all its names.
    struct FileIdentity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    /// A name that a walk has met.
    struct Find: Sendable {
        let folder: Folder
        let name: Folder.Name
        let facts: EntryFacts
        /// 0 for the root of a tree.
        let depth: Int
        /// The device that the tree's root lies on.
        let device: UInt64
        let exclusion: Exclusion?
    }

    /// A folder that a walk has entered: each name is looked at when its turn comes.
    struct Inside: Sendable {
        let folder: Folder
        let names: [Folder.Name]
        private let find: Find

        init(_ find: Find) throws {
            guard find.depth < ManifestCoding.deepest else {
                throw BerthError(
                    .usage, "the folders are nested deeper than \(ManifestCoding.deepest)",
                    place: find.folder.place(find.name).escaped, done: "nothing was saved",
                    remedy: "leave that folder out")
            }
            self.find = find
            folder = try find.folder.folder(find.name)
            names = try folder.names()
        }

        /// Nil where a name is left out, or gone by now.
        func look(_ name: Folder.Name) throws -> Find? {
            let below = find.exclusion?.below(name.string)
            guard below?.leavesOut != true, let facts = try folder.facts(name) else { return nil }
            return Find(
                folder: folder, name: name, facts: facts, depth: find.depth + 1, device: find.device, exclusion: below)
        }
    }

    /// Adds what was met, with all that is in it.
    mutating func addTree(_ find: Find) throws {
        guard let inside = try add(find) else { return }
        for name in inside.names { if let child = try inside.look(name) { try addTree(child) } }
    }

    /// Adds what was met alone; returns what is in it, where it is a folder.
    mutating func add(_ find: Find) throws -> Inside? {
        let (content, inside): (TreeManifest.Content, Inside?)
        do {
            inside = find.facts.kind == .folder ? try Inside(find) : nil
            content = try self.content(find)
        } catch let error as BerthError where error.errno == Errno.noSuchFileOrDirectory.rawValue && find.depth > 0 {
            // What is gone since it was met was somebody's temporary file.
            return nil
        }
        let facts = find.facts
        if facts.device != find.device { elsewhere.append(states.count) }
        members.append(
            .init(
                name: find.depth == 0 ? [] : find.name.bytes, depth: find.depth, permissions: facts.permissions,
                modified: facts.modified, content: content))
        states.append(FileState(facts))
        return inside
    }

    private mutating func content(_ find: Find) throws -> TreeManifest.Content {
        let facts = find.facts
        switch facts.kind {
        case .folder: return .folder
        case .link: return .link(try find.folder.target(find.name)[...])
        case .file:
            if facts.names > 1 { linked.append((states.count, .init(device: facts.device, inode: facts.inode))) }
            return .file(.init(chunks: [], isSparse: facts.occupied < facts.size && facts.size > 4096))
        case .pipe, .socket, .device:
            throw BerthError(
                .usage, "a \(facts.kind) cannot be cached", place: find.folder.place(find.name).escaped,
                done: "nothing was saved", remedy: "leave it out in the profile (exclude), or remove it")
        }
    }
}
