/// The names of a manifest's members in a tar stream: below the name of each tree's root.
struct StreamNames {
    private let manifest: TreeManifest
    private let index: TreeIndex
    /// By tree.
    private let roots: [[UInt8]]
    /// The folder that the last name lay in: the next one mostly lies there too.
    private var last: (folder: Int, name: [UInt8])?

    init(_ manifest: TreeManifest, _ index: TreeIndex, roots: [[UInt8]]) {
        (self.manifest, self.index, self.roots) = (manifest, index, roots)
    }

    mutating func name(of member: Int) -> [UInt8] {
        guard let folder = index.parent(of: member) else { return roots[index.tree(of: member)] }
        if last?.folder != folder { last = (folder, folderName(folder)) }
        var name = last?.name ?? []
        name += manifest.members.name(of: member)
        return name
    }

    /// With a slash at its end.
    private func folderName(_ folder: Int) -> [UInt8] {
        var name = roots[index.tree(of: folder)]
        for step in (index.ancestors(of: folder) + [folder]).dropFirst() {
            name.append(UInt8(ascii: "/"))
            name += manifest.members.name(of: step)
        }
        return name + [UInt8(ascii: "/")]
    }
}
