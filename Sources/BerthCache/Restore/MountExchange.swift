internal import BerthSystem
internal import SystemPackage

/// The steps by which what lies in a mounted file system is exchanged for a tree: it cannot be renamed as a whole, so its
/// names are moved one by one, and names on the disk say how far that went, whoever comes after a kill.
struct MountExchange {
    /// The mounted file system's root.
    let root: Folder
    let names: MountNames

    /// Puts the staged tree in the place of what is there.
    ///
    /// `old`: the root as it was.
    func install(_ old: EntryFacts) throws {
        let (before, filled) = (try root.makeFolder(names.before), try root.folder(names.stage))
        let new = try filled.facts()
        try moveAll(from: root, to: before)
        // Whoever takes this back knows the root's own facts by these; only root could have changed its owner.
        try? before.setOwner(old.owner, old.group)
        try before.setPermissions(old.permissions)
        try before.setModified(old.modified)
        try root.rename(names.before, to: names.old, in: root)
        try moveAll(from: filled, to: root)
        try filled.setModified(new.modified)
        try wear(new)
    }

    /// Puts back what was there, from wherever an exchange ended.
    func takeBack() throws {
        let old = try root.facts(names.old)
        if let old {
            // What came goes before anything comes back: where a name was taken already, two trees would be mixed.
            try root.removeTree(names.stage)
            try moveAll(from: root, to: try root.makeFolder(names.stage))
            try wearAgain(old)
            try root.rename(names.old, to: names.before, in: root)
        }
        if try root.facts(names.before) != nil {
            try root.setPermissions(0o700, of: names.before)
            let before = try root.folder(names.before)
            // What took a name since then is somebody else's.
            for name in try before.names() where try root.facts(name) == nil {
                try Self.move(name, from: before, to: root)
            }
            try root.removeTree(names.before)
        }
        try root.removeTree(names.stage)
        if let old { try root.setModified(old.modified) }
    }

    /// Removes what was there before: from its first step on nothing leads back.
    func forget() throws {
        if try root.facts(names.old) != nil { try root.rename(names.old, to: names.done, in: root) }
        let new = try root.facts(names.stage)
        try root.removeTree(names.done)
        try root.removeTree(names.stage)
        // Removing names changed the root's time.
        if let new { try wear(new) }
    }

    /// Ends the exchanges of processes that were killed: forwards where the tree was in its place as a whole, else back.
    static func sweep(_ root: Folder) throws {
        for name in try root.names() where AsideNames.isLeftProbe(name) { _ = try? root.remove(name) }
        for names in try MountNames.left(in: root) {
            let exchange = MountExchange(root: root, names: names)
            if try root.facts(names.done) != nil { try exchange.forget() } else { try exchange.takeBack() }
        }
    }

    private func wear(_ facts: EntryFacts) throws {
        try root.setPermissions(facts.permissions)
        try root.setModified(facts.modified)
    }

    /// Permissions and owner alone, where they are others: this user may not be allowed to change them.
    private func wearAgain(_ facts: EntryFacts) throws {
        let now = try root.facts()
        if (now.owner, now.group) != (facts.owner, facts.group) { try? root.setOwner(facts.owner, facts.group) }
        if now.permissions != facts.permissions { try root.setPermissions(facts.permissions) }
    }

    /// Moves all but this exchange's own names, and what ext4 needs at its root.
    private func moveAll(from: Folder, to: Folder) throws {
        for name in try from.names() where !names.all.contains(name) && name != Self.lostAndFound {
            try Self.move(name, from: from, to: to)
        }
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

    private static let lostAndFound: Folder.Name = "lost+found"
}

/// The names at the root of a mounted file system that one restore uses; which of them are there tells its step.
struct MountNames {
    /// Where the tree is filled.
    let stage: Folder.Name
    /// What was there is on its way into it, or out of it again: the rest lies at the root.
    let before: Folder.Name
    /// All that was there is in it; what else is at the root came from the tree.
    let old: Folder.Name
    /// The same, once the tree is in its place as a whole.
    let done: Folder.Name

    /// For this process, and no other restore.
    init() throws { try self.init("\(Machine.processIdentifier).\(UInt64.random(in: .min ... .max))") }

    private init(_ owner: String) throws {
        func name(_ step: String) throws -> Folder.Name {
            guard let name = Folder.Name("\(Self.mark)-\(step).\(owner)") else {
                throw BerthError(.failed, "a name of Berth's own is none")
            }
            return name
        }
        (stage, before) = (try name("restore"), try name("before"))
        (old, done) = (try name("old"), try name("done"))
    }

    var all: [Folder.Name] { [stage, before, old, done] }

    /// Those of processes that were killed.
    static func left(in root: Folder) throws -> [MountNames] {
        var owners: Set<String> = []
        for found in try root.names() {
            let parts = found.string.split(separator: ".")
            guard parts.count == 3, parts[0].hasPrefix("\(mark.dropFirst())-"), let process = Int32(parts[1]),
                !Machine.isRunning(process)
            else { continue }
            owners.insert("\(parts[1]).\(parts[2])")
        }
        return try owners.sorted().map { try MountNames($0) }
    }

    /// Not as names beside a place begin: those inside of this one may be beside another.
    private static let mark = ".berth-mount"
}
