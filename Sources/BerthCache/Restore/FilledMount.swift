internal import BerthSystem
internal import Synchronization
internal import SystemPackage

/// A tree whose place is a mounted file system: that cannot be renamed, so its contents are moved aside inside of it.
final class FilledMount: Landing {
    let destination: FilePath
    /// The mounted file system's root.
    let parent: Folder
    let place: (parent: Folder, name: Folder.Name)
    private let exchange: MountExchange
    /// The root as it was before anything was filled in it.
    private let old: EntryFacts
    /// Whom the root goes to with what is in it.
    private let owner = Mutex<TreeOwner?>(nil)

    init(_ destination: FilePath, _ above: Folder, _ name: Folder.Name) throws {
        self.destination = destination
        place = (above, name)
        parent = try above.folder(name)
        try MountExchange.sweep(parent)
        old = try parent.facts()
        exchange = MountExchange(root: parent, names: try MountNames())
    }

    var stage: Folder.Name { exchange.names.stage }

    func give(to owner: TreeOwner) throws {
        try owner.take(stage, in: parent)
        self.owner.withLock { $0 = owner }
    }

    func install() throws {
        guard try parent.facts(stage)?.kind == .folder else {
            throw BerthError(
                .usage, "the place is a mounted file system, and the entry has a file for it",
                place: destination.string.escaped, done: "nothing was changed", remedy: "name another place")
        }
        do {
            try exchange.install(old)
            try owner.withLock { try $0.map { try parent.setOwner($0.user, $0.group) } }
        } catch {
            try? takeBack()
            throw error
        }
    }

    func takeBack() throws {
        try exchange.takeBack()
        // Moving names changed the root's time.
        try parent.setModified(old.modified)
    }

    func forget() -> String? {
        do {
            try exchange.forget()
            return nil
        } catch {
            return "what was there before could not be removed: \(parent.place(exchange.names.done).escaped): \(error)"
        }
    }

    func discard() {
        try? parent.removeTree(stage)
        // Removing names changed the root's time.
        try? parent.setModified(old.modified)
    }
}
