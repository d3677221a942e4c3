internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import Synchronization
internal import SystemPackage

/// An entry that is kept unpacked, held against being dropped for as long as this object lives.
final class HotEntry: Sendable {
    let manifest: Digest
    let home: HotFolder
    let folder: Folder
    let facts: HotFolder.Facts
    private let lock: FileLock

    /// Nil where there is none, or somebody is dropping it.
    init?(_ manifest: Digest, in home: HotFolder) throws {
        guard Files.exists(home.factsFile(of: manifest)),
            let lock = try FileLock.tryAcquire(home.lockFile(of: manifest), .shared),
            let facts = home.facts(of: manifest), let folder = try? Folder(home.folder(of: manifest))
        else { return nil }
        (self.manifest, self.home, self.facts, self.folder) = (manifest, home, facts, folder)
        self.lock = lock
        Files.touch(home.factsFile(of: manifest))
    }

    /// The name of a tree.
    static func name(_ tree: Int) -> Folder.Name { Folder.Name("\(tree)") ?? "0" }

    /// The root of each tree, opened where it is a folder.
    func openRoots(_ manifest: TreeManifest) throws -> [Folder?] {
        try manifest.members.roots.enumerated().map { tree, member in
            manifest.members.isFolder(member) ? try folder.folder(Self.name(tree)) : nil
        }
    }

    /// Reads something of it; throws `.damaged` where the disk does not give it, for the packs have it too.
    func reading<Value>(_ work: () throws -> Value) throws -> Value {
        do { return try work() } catch let error as BerthError where error.isDiskFault {
            throw BerthError(
                .damaged, "a file of an entry that is kept unpacked can't be read from the disk", place: error.place,
                done: "the unpacked entry is dropped", remedy: "nothing is to be done: the packs have the content",
                cause: error)
        }
    }

    /// Whether its files were written or hashed since the machine's start.
    var isVerified: Bool { facts.verifiedIn == Machine.bootIdentity }

    /// Notes that its files were hashed.
    func noteVerified() throws {
        var facts = facts
        facts.verifiedIn = Machine.bootIdentity
        try home.write(facts, of: manifest)
    }
}

/// Where a tree of an entry lands that is kept unpacked: in a folder aside, which gets its name once all is in it.
final class HotLanding: Landing {
    let destination: FilePath
    let parent: Folder
    let stage: Folder.Name

    init(_ tree: Int, in folder: Folder) {
        (parent, stage) = (folder, HotEntry.name(tree))
        destination = folder.path.appending(HotEntry.name(tree))
    }

    var place: (parent: Folder, name: Folder.Name) { (parent, stage) }

    /// A subvolume where the file system has such, for snapshots.
    func makeRoot() throws -> Folder {
        guard let root = parent.makeSubvolume(stage) else { return try parent.makeFolder(stage) }
        return root
    }

    func install() throws {}
    func takeBack() throws {}
    func forget() -> String? { nil }
    func discard() {}

    /// Removes a folder of trees.
    static func remove(_ name: Folder.Name, in above: Folder) throws {
        guard try above.facts(name)?.kind == .folder else {
            try above.remove(name)
            return
        }
        try above.setPermissions(0o700, of: name)
        let folder = try above.folder(name)
        for tree in try folder.names() where try folder.facts(tree)?.kind != .folder || !folder.removeSubvolume(tree) {
            try folder.removeTree(tree)
        }
        try above.removeTree(name)
    }
}
