internal import BerthSystem
internal import SystemPackage

extension RestorePlan {
    /// Makes folders, links and empty files, and files of several chunks where threads will fill them.
    ///
    /// Returns what links and empty files are.
    func prepare(large: Bool = true) async throws -> [FileNote] {
        try await offload {
            for tree in landings.indices where manifest.members.isFolder(index.roots[tree]) {
                _ = try landings[tree].makeRoot()
            }
            let stack = FolderStack(manifest, index, roots: try openRoots())
            for folder in subtrees.trunk { _ = try prepare(folder, large, stack) }
        }
        let shares = try await WorkQueue.share(subtrees.runs.count) { queue in
            let stack = FolderStack(manifest, index, roots: try openRoots())
            var notes: [FileNote] = []
            try queue.drain { run in
                for member in subtrees.runs[run] { try prepare(member, large, stack).map { notes.append($0) } }
            }
            return notes
        }
        return shares.flatMap(\.self)
    }

    private func prepare(_ member: Int, _ large: Bool, _ stack: FolderStack) throws -> FileNote? {
        let entry = manifest.members[member]
        switch entry.content {
        case .folder where entry.depth == 0: return nil
        case .folder:
            let (folder, name) = try place(member, stack)
            try folder.makeEmptyFolder(name)
            return nil
        case .link(let target):
            let (folder, name) = try place(member, stack)
            try folder.makeLink(name, to: target)
            try folder.setModified(entry.modified, of: name)
            return try folder.facts(name).map { FileNote(member: member, facts: $0) }
        case .file(let file) where file.chunks.isEmpty || large && file.chunks.count > 1:
            return try makeFile(member, file, stack)
        case .file, .sameFile: return nil
        }
    }

    /// Makes an empty file, or one that threads fill; returns what an empty one is.
    @discardableResult
    func makeFile(_ member: Int, _ file: TreeManifest.File, _ stack: FolderStack) throws -> FileNote? {
        let (folder, name) = try place(member, stack)
        let made = try folder.create(name)
        try made.setSize(manifest.size(of: file))
        return file.chunks.isEmpty ? FileNote(member: member, facts: try finish(made, member)) : nil
    }

    /// A second name; a second file where the trees lie on two file systems, or the first has all names it may have.
    func link(
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
            _ = try finish(to, member)
        }
    }

    /// Second names, and what would have been in the way earlier: permissions and times of folders and of large files.
    ///
    /// Returns what files are that changed by it, and what all folders are.
    func complete(large: Bool = true) async throws -> [FileNote] {
        let notes = try await offload { try completeFiles(large) }
        let shares = try await WorkQueue.share(subtrees.runs.count) { queue in
            let stack = FolderStack(manifest, index, roots: try openRoots())
            var notes: [FileNote] = []
            try queue.drain { notes += try closeFolders(subtrees.runs[$0], stack) }
            return notes
        }
        let trunk = try await offload {
            try closeFolders(subtrees.trunk, FolderStack(manifest, index, roots: try openRoots()))
        }
        return notes + shares.joined() + trunk
    }

    private func completeFiles(_ large: Bool) throws -> [FileNote] {
        let stack = FolderStack(manifest, index, roots: try openRoots())
        let others = FolderStack(manifest, index, roots: try openRoots())
        var notes: [FileNote] = []
        for (member, entry) in manifest.members.enumerated() {
            switch entry.content {
            case .sameFile(let first):
                let (folder, name) = try place(member, stack)
                let (source, old) = try place(first, others)
                try link(member, name, in: folder, to: old, in: source)
            case .file(let file) where large && file.chunks.count > 1:
                let (folder, name) = try place(member, stack)
                notes.append(FileNote(member: member, facts: try finish(try folder.write(name), member)))
            default: continue
            }
        }
        // A second name changes the time of the file's last change.
        for member in manifest.linked {
            let (folder, name) = try place(member, others)
            if let facts = try folder.facts(name) { notes.append(FileNote(member: member, facts: facts)) }
        }
        return notes
    }

    /// What the files are by now, after somebody changed more than their contents.
    func renewed(_ notes: [FileNote]) throws -> [FileNote] {
        let stack = FolderStack(manifest, index, roots: try openRoots())
        return try notes.sorted { $0.member < $1.member }.compactMap { note in
            let (folder, name) = try place(note.member, stack)
            return try folder.facts(name).map { FileNote(member: note.member, facts: $0) }
        }
    }

    /// From the inside out: a folder's time changes with each name in it, and its permissions may lock everybody out.
    ///
    /// Returns what they are then.
    @discardableResult
    func closeFolders(_ members: some BidirectionalCollection<Int>, _ stack: FolderStack) throws -> [FileNote] {
        try members.reversed().filter { manifest.members.isFolder($0) }.map { member in
            let (folder, entry) = (try stack.folder(member), manifest.members[member])
            try folder.setPermissions(entry.permissions)
            try folder.setModified(entry.modified)
            return FileNote(member: member, facts: try folder.facts())
        }
    }

    /// The notes on a tree's files that have contents.
    func noted(_ notes: [FileNote], in tree: Int) -> some Collection<FileNote> {
        notes.lazy.filter { index.tree(of: $0.member) == tree && manifest.members.chunkCount(of: $0.member) > 0 }
    }
}
