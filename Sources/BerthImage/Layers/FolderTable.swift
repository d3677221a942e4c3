internal import BerthArchive

/// The folders of an image: mode and owner are those of the first package that ships one, in every layer alike.
///
/// A folder's time is the newest among the packages of the same layer, so that a package in another layer changes
/// nothing here (images.md §7, mtime).
struct FolderTable {
    private var attributes: [ArchivePath: (mode: UInt16, owner: TreeMember.Owner)] = [:]

    init(_ fragments: [Fragment], generated: [GeneratedMember]) {
        for member in generated.map(\.member) where member.kind == .directory {
            attributes[member.path] = (member.mode, member.owner)
        }
        for folder in fragments.flatMap(\.folders) where attributes[folder.path] == nil {
            attributes[folder.path] = (folder.mode, folder.owner)
        }
    }

    /// The skeleton of one layer: every folder that its packages ship or its files need.
    func skeleton(_ fragments: [Fragment], generated: [GeneratedMember]) -> [GeneratedMember] {
        var times: [ArchivePath: Int64] = [:]
        func note(_ path: ArchivePath, _ time: Int64) { times[path] = max(times[path] ?? 0, time) }
        for fragment in fragments {
            for folder in fragment.folders {
                note(folder.path, folder.modified)
                for above in folder.path.ancestors { note(above, 0) }
            }
            for above in Set(fragment.paths.compactMap(\.parent)) {
                for path in above.ancestors + [above] where times[path] == nil { note(path, fragment.newest) }
            }
        }
        for member in generated.map(\.member) {
            if member.kind == .directory { note(member.path, member.modified) }
            for path in member.path.ancestors { note(path, member.modified) }
        }
        let fallback = fragments.map(\.newest).max() ?? 0
        return times.sorted { $0.key < $1.key }.map { path, time in
            let known = attributes[path] ?? (0o755, .root)
            return GeneratedMember(
                TreeMember(
                    path, .directory, mode: known.mode, owner: known.owner, modified: time == 0 ? fallback : time))
        }
    }
}
