internal import BerthSystem
internal import SystemPackage

extension RestorePlan {
    /// Makes folders, links and empty files, and files of several chunks where threads will fill them.
    func prepare(large: Bool = true) throws {
        var roots: [Folder?] = []
        for (member, entry) in manifest.members.enumerated() where entry.depth == 0 {
            roots.append(entry.content == .folder ? try landings[index.tree(of: member)].makeRoot() : nil)
        }
        let stack = FolderStack(manifest, index, roots: roots)
        for (member, entry) in manifest.members.enumerated() {
            switch entry.content {
            case .folder where entry.depth == 0: continue
            case .folder:
                let (folder, name) = try place(member, stack)
                try folder.makeEmptyFolder(name)
            case .link(let target):
                let (folder, name) = try place(member, stack)
                try folder.makeLink(name, to: target)
                try folder.setModified(entry.modified, of: name)
            case .file(let file) where file.chunks.isEmpty || large && file.chunks.count > 1:
                try makeFile(member, file, stack)
            case .file, .sameFile: continue
            }
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
    func complete(large: Bool = true) throws -> [FileNote] {
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
        try closeFolders(stack)
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
    func closeFolders(_ stack: FolderStack) throws {
        for (member, entry) in manifest.members.enumerated().reversed() where entry.content == .folder {
            let folder = try stack.folder(member)
            try folder.setPermissions(entry.permissions)
            try folder.setModified(entry.modified)
        }
    }

    /// What is known of each tree's files, now that they are in their places.
    ///
    /// `moment`: before anybody else could change them.
    func records(_ notes: [FileNote], at moment: FileTime) -> [FileRecord] {
        var records = Array(repeating: FileRecord(), count: landings.count)
        // A file may come twice: what it was last counts.
        for note in notes {
            guard case .file(let file) = manifest.members[note.member].content, !file.chunks.isEmpty else { continue }
            let content = FileContent(chunks: file.chunks.map { manifest.chunks[$0].digest }, stamp: file.stamp)
            records[index.tree(of: note.member)].note(note.state, content, at: moment)
        }
        return records
    }
}
