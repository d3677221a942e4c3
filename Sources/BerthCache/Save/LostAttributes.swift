internal import BerthSystem
internal import SystemPackage

/// Extended attributes, which no entry keeps: capabilities of programs above all, without which they fail later.
///
/// Looks at programs alone: reading the attributes of each file would cost a first save more than they are worth.
struct LostAttributes {
    private let walk: TreeWalk

    init(_ walk: TreeWalk) { self.walk = walk }

    /// What a person should know; nil where nothing is lost.
    var note: String? {
        var (count, first): (Int, String?) = (0, nil)
        for (member, entry) in walk.manifest.members.enumerated() {
            guard case .file = entry.content, entry.permissions & 0o111 != 0 else { continue }
            let root = walk.roots[walk.index.tree(of: member)]
            let path = root.folder.path.appending(root.name).string
            let inner = walk.index.path(of: member, in: walk.manifest)
            let place = FilePath(inner.isEmpty ? path : "\(path)/\(inner)")
            let names = Files.attributeNames(place)
            guard !names.isEmpty else { continue }
            count += 1
            first = first ?? "\(names.joined(separator: ", ").escaped) of \(place.string.escaped)"
        }
        return first.map { "extended attributes are not kept: \($0)\(count > 1 ? ", and of \(count - 1) more" : "")" }
    }
}
