internal import BerthSystem
internal import SystemPackage

extension RestorePlan {
    /// Makes folders, links and empty files, and files of several chunks where threads will fill them.
    func prepare(large: Bool = true) async throws {
        try await offload {
            for tree in landings.indices where manifest.members.isFolder(index.roots[tree]) {
                _ = try landings[tree].makeRoot()
            }
            let stack = FolderStack(manifest, index, roots: try openRoots())
            for folder in subtrees.trunk { try prepare(folder, large, stack) }
        }
        _ = try await WorkQueue.share(subtrees.runs.count) { queue in
            let stack = FolderStack(manifest, index, roots: try openRoots())
            try queue.drain { for member in subtrees.runs[$0] { try prepare(member, large, stack) } }
        }
    }

    private func prepare(_ member: Int, _ large: Bool, _ stack: FolderStack) throws {
        let entry = manifest.members[member]
        switch entry.content {
        case .folder where entry.depth == 0: return
        case .folder:
            let (folder, name) = try place(member, stack)
            try folder.makeEmptyFolder(name)
        case .link(let target):
            let (folder, name) = try place(member, stack)
            try folder.makeLink(name, to: target)
            try folder.setModified(entry.modified, of: name)
        case .file(let file) where file.chunks.isEmpty || large && file.chunks.count > 1:
            try makeFile(member, file, stack)
        case .file, .sameFile: return
        }
    }

    /// Makes an empty file, or one that threads fill.
    func makeFile(_ member: Int, _ file: TreeManifest.File, _ stack: FolderStack) throws {
        let (folder, name) = try place(member, stack)
        let made = try folder.create(name)
        try made.setSize(manifest.size(of: file))
        if file.chunks.isEmpty { _ = try finish(made, member) }
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
    /// Returns what files are that changed by it.
    func complete(large: Bool = true) async throws -> [FileNote] {
        let notes = try await offload { try completeFiles(large) }
        _ = try await WorkQueue.share(subtrees.runs.count) { queue in
            let stack = FolderStack(manifest, index, roots: try openRoots())
            try queue.drain { try closeFolders(subtrees.runs[$0], stack) }
        }
        try await offload {
            try closeFolders(subtrees.trunk, FolderStack(manifest, index, roots: try openRoots()))
        }
        return notes
    }

    private func completeFiles(_ large: Bool) throws -> [FileNote] {
        let stack = FolderStack(manifest, index, roots: try openRoots())
        let others = FolderStack(manifest, index, roots: try openRoots())
        var notes: [FileNote] = []
        var firsts: Set<Int> = []
        for (member, entry) in manifest.members.enumerated() {
            switch entry.content {
            case .sameFile(let first):
                let (folder, name) = try place(member, stack)
                let (source, old) = try place(first, others)
                try link(member, name, in: folder, to: old, in: source)
                firsts.insert(first)
            case .file(let file) where large && file.chunks.count > 1:
                let (folder, name) = try place(member, stack)
                notes.append(FileNote(member: member, facts: try finish(try folder.write(name), member)))
            default: continue
            }
        }
        // A second name changes the time of the file's last change.
        for first in firsts {
            let (folder, name) = try place(first, others)
            if let facts = try folder.facts(name) { notes.append(FileNote(member: first, facts: facts)) }
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
    func closeFolders(_ members: some BidirectionalCollection<Int>, _ stack: FolderStack) throws {
        for member in members.reversed() where manifest.members.isFolder(member) {
            let (folder, entry) = (try stack.folder(member), manifest.members[member])
            try folder.setPermissions(entry.permissions)
            try folder.setModified(entry.modified)
        }
    }

    /// The notes on a tree's files that have contents.
    func noted(_ notes: [FileNote], in tree: Int) -> some Collection<FileNote> {
        notes.lazy.filter { index.tree(of: $0.member) == tree && manifest.members.chunkCount(of: $0.member) > 0 }
    }

    /// The content of a file.
    func content(of member: Int) -> FileContent {
        guard case .file(let file) = manifest.members[member].content else { return FileContent() }
        return FileContent(chunks: file.chunks.map { manifest.chunks[$0].digest }, stamp: file.stamp)
    }
}
