internal import BerthArchive
internal import BerthSystem
internal import SystemPackage

/// The steps around the writing of files when trees are updated in place.
struct Settling: Sendable {
    let plan: RestorePlan
    let found: Comparison.Found

    /// Makes links and large files under names of their own.
    func prepare() throws {
        let stack = FolderStack(plan.manifest, plan.index, roots: try plan.openRoots())
        for (member, _) in plan.asides.sorted(by: { $0.key < $1.key }) {
            switch plan.manifest.members[member].content {
            case .link(let target):
                let (folder, name) = try plan.place(member, stack)
                try folder.makeLink(name, to: target)
            case .file(let file) where file.chunks.count != 1: try plan.makeFile(member, file, stack)
            default: continue
            }
        }
    }

    /// Gives all their names, permissions and times, and removes what is too much.
    ///
    /// Returns what the files are then, and in words what could not be removed.
    func finish() throws -> (notes: [FileNote], left: [String]) {
        let stack = FolderStack(plan.manifest, plan.index, roots: try plan.openRoots())
        let others = FolderStack(plan.manifest, plan.index, roots: try plan.openRoots())
        for member in plan.manifest.members.indices { try settle(member, stack) }
        for (member, entry) in plan.manifest.members.enumerated() {
            guard case .sameFile(let first) = entry.content else { continue }
            try settleName(member, first, stack, others)
        }
        let left = try removeSurplus(stack)
        var notes: [FileNote] = []
        for (member, entry) in plan.manifest.members.enumerated() {
            guard case .file = entry.content else { continue }
            let (folder, name) = try plan.finalPlace(member, stack)
            if let facts = try folder.facts(name) { notes.append(FileNote(member: member, facts: facts)) }
        }
        try plan.closeFolders(plan.manifest.members.indices, stack)
        return (notes, left)
    }

    private func settle(_ member: Int, _ stack: FolderStack) throws {
        let entry = plan.manifest.members[member]
        let (folder, name) = try plan.finalPlace(member, stack)
        switch entry.content {
        case .folder, .sameFile: return
        case .link:
            try replace(member, name, in: folder)
            if try folder.facts(name)?.modified != entry.modified { try folder.setModified(entry.modified, of: name) }
        case .file(let file):
            if let aside = plan.asides[member], file.chunks.count > 1 {
                _ = try plan.finish(try folder.write(aside), member)
            }
            try replace(member, name, in: folder)
            guard let facts = try folder.facts(name) else { return }
            if facts.permissions != plan.permissions(member) {
                try folder.setPermissions(plan.permissions(member), of: name)
            }
            if facts.modified != entry.modified { try folder.setModified(entry.modified, of: name) }
        }
    }

    /// Renames what was made aside, if anything was.
    private func replace(_ member: Int, _ name: Folder.Name, in folder: Folder) throws {
        guard let aside = plan.asides[member] else { return }
        if try folder.facts(name)?.kind == .folder { try folder.removeTree(name) }
        try folder.rename(aside, to: name, in: folder)
    }

    private func settleName(_ member: Int, _ first: Int, _ stack: FolderStack, _ others: FolderStack) throws {
        let (folder, name) = try plan.finalPlace(member, stack)
        let (source, old) = try plan.finalPlace(first, others)
        let (now, wanted) = (try folder.facts(name), try source.facts(old))
        if let now, let wanted, (now.inode, now.device) == (wanted.inode, wanted.device) { return }
        let aside = try AsideNames.any()
        try plan.link(member, aside, in: folder, to: old, in: source)
        if now?.kind == .folder { try folder.removeTree(name) }
        try folder.rename(aside, to: name, in: folder)
    }

    /// Removes names that the entry has not; what is mounted among them stays.
    private func removeSurplus(_ stack: FolderStack) throws -> [String] {
        var left: [String] = []
        for member in plan.manifest.members.indices where plan.manifest.members.isFolder(member) {
            let folder = try stack.folder(member)
            let wanted = plan.manifest.members.names(in: member)
            for name in try folder.names() where !wanted.contains(name.bytes) {
                if plan.index.parent(of: member) == nil, name == "lost+found" { continue }
                do { try folder.removeTree(name) } catch let error as BerthError {
                    left.append("what is too much stays: \(folder.place(name).escaped): \(error.what)")
                }
            }
        }
        return left
    }

    /// Removes what was made aside.
    func discard() {
        guard let roots = try? plan.openRoots() else { return }
        let stack = FolderStack(plan.manifest, plan.index, roots: roots)
        for (member, aside) in plan.asides.sorted(by: { $0.key < $1.key }) {
            _ = try? plan.finalPlace(member, stack).0.remove(aside)
        }
        _ = try? plan.closeFolders(plan.manifest.members.indices, stack)
    }
}
