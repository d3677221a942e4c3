internal import BerthSystem
internal import Synchronization
internal import SystemPackage

/// A tree whose place is a mounted file system: that cannot be renamed, so its contents are moved aside inside of it.
final class FilledMount: Landing {
    let destination: FilePath
    /// The mounted file system's root.
    let parent: Folder
    let stage: Folder.Name
    let place: (parent: Folder, name: Folder.Name)
    private let aside: Folder.Name
    /// The root as it was before anything was filled in it.
    private let old: EntryFacts
    private let state = Mutex(State())

    private struct State {
        /// Names that were moved aside, and names that were put in their place.
        var (moved, placed): ([Folder.Name], [Folder.Name]) = ([], [])
        /// The root as the tree has it.
        var new: EntryFacts?
    }

    init(_ destination: FilePath, _ above: Folder, _ name: Folder.Name) throws {
        self.destination = destination
        place = (above, name)
        parent = try above.folder(name)
        old = try parent.facts()
        let names = AsideNames(name)
        (stage, aside) = (try names.fresh(.filling), try names.fresh(.before))
        try names.sweepInside(parent)
    }

    func install() throws {
        guard let new = try parent.facts(stage), new.kind == .folder else {
            throw BerthError(
                .usage, "the place is a mounted file system, and the entry has a file for it",
                place: destination.string.escaped, done: "nothing was changed", remedy: "name another place")
        }
        do {
            try state.withLock { state in
                state.new = new
                let (before, filled) = (try parent.makeFolder(aside), try parent.folder(stage))
                for name in try parent.names() where ![stage, aside, Self.lostAndFound].contains(name) {
                    try Self.move(name, from: parent, to: before)
                    state.moved.append(name)
                }
                for name in try filled.names() where name != Self.lostAndFound {
                    try Self.move(name, from: filled, to: parent)
                    state.placed.append(name)
                }
                try wear(new)
            }
        } catch {
            try? takeBack()
            throw error
        }
    }

    func takeBack() throws {
        try state.withLock { state in
            if let filled = try? parent.folder(stage) {
                while let name = state.placed.popLast() { try Self.move(name, from: parent, to: filled) }
            }
            let before = try parent.folder(aside)
            while let name = state.moved.popLast() { try Self.move(name, from: before, to: parent) }
            try parent.removeTree(aside)
            try wear(old)
        }
    }

    func forget() -> String? {
        do {
            try parent.removeTree(stage)
            try parent.removeTree(aside)
            // Removing names changed the root's time.
            try state.withLock { try $0.new.map(wear) }
            return nil
        } catch { return "what was there before could not be removed: \(parent.place(aside).escaped): \(error)" }
    }

    func discard() {
        try? parent.removeTree(stage)
        // Removing names changed the root's time.
        try? wear(old)
    }

    private func wear(_ facts: EntryFacts) throws {
        try parent.setPermissions(facts.permissions)
        try parent.setModified(facts.modified)
    }

    /// A folder that its owner may not write to cannot be moved either: what it calls its parent is in it.
    private static func move(_ name: Folder.Name, from: Folder, to: Folder) throws {
        do { try from.rename(name, to: name, in: to) } catch let error as BerthError {
            guard error.errno == Errno.permissionDenied.rawValue, let facts = try from.facts(name),
                facts.kind == .folder
            else { throw error }
            try from.setPermissions(facts.permissions | 0o700, of: name)
            try from.rename(name, to: name, in: to)
            try to.setPermissions(facts.permissions, of: name)
        }
    }

    /// What ext4 needs at its root stays.
    private static let lostAndFound: Folder.Name = "lost+found"
}
