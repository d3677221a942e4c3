internal import BerthSystem

/// Where each member of a manifest hangs: computed once, used by all that walk down to members.
struct TreeIndex: Sendable {
    /// By member: the folder that it lies in; itself for the first of a tree.
    private let parents: [UInt32]
    /// The first member of each tree.
    let roots: [Int]

    init(_ manifest: TreeManifest) {
        var (parents, roots): ([UInt32], [Int]) = ([], [])
        parents.reserveCapacity(manifest.members.count)
        var open: [UInt32] = []
        for member in manifest.members.indices {
            let depth = manifest.members.depth(of: member)
            open.removeLast(max(0, open.count - depth))
            if depth == 0 { roots.append(member) }
            parents.append(open.last ?? UInt32(member))
            open.append(UInt32(member))
        }
        (self.parents, self.roots) = (parents, roots)
    }

    /// The folder that a member lies in; nil for the first of a tree.
    func parent(of member: Int) -> Int? {
        let parent = Int(parents[member])
        return parent == member ? nil : parent
    }

    /// The tree that a member belongs to.
    func tree(of member: Int) -> Int {
        var (low, high) = (0, roots.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if roots[middle] <= member { low = middle } else { high = middle }
        }
        return low
    }

    /// The members of a tree.
    func members(of tree: Int) -> Range<Int> {
        roots[tree]..<(tree + 1 < roots.count ? roots[tree + 1] : parents.count)
    }

    /// The folders that lead to a member, the tree's root first.
    func ancestors(of member: Int) -> [Int] {
        var (chain, next): ([Int], Int?) = ([], parent(of: member))
        while let folder = next {
            chain.append(folder)
            next = parent(of: folder)
        }
        return chain.reversed()
    }

    /// A member's path below its tree's root, for people; empty for the root itself.
    func path(of member: Int, in manifest: TreeManifest) -> String {
        (ancestors(of: member).dropFirst() + (parent(of: member) == nil ? [] : [member]))
            .map { String(decoding: manifest.members[$0].name, as: UTF8.self) }.joined(separator: "/")
    }
}

/// The folders on the way to one member after the other, kept open while the next member needs them too.
///
/// For one thread; members in the manifest's order need the fewest calls.
final class FolderStack {
    private let manifest: TreeManifest
    private let index: TreeIndex
    /// The opened root of each tree that is a folder.
    private let roots: [Folder?]
    private var open: [(member: Int, folder: Folder)] = []

    init(_ manifest: TreeManifest, _ index: TreeIndex, roots: [Folder?]) {
        (self.manifest, self.index, self.roots) = (manifest, index, roots)
    }

    /// The folder that holds a member, which must not be the first of its tree.
    func folder(of member: Int) throws -> Folder {
        guard let parent = index.parent(of: member) else {
            throw BerthError(.failed, "a tree's root has no folder in its tree")
        }
        return try self.folder(parent)
    }

    /// A member that is a folder.
    func folder(_ member: Int) throws -> Folder {
        if let last = open.last, last.member == member { return last.folder }
        let chain = index.ancestors(of: member) + [member]
        var shared = 0
        while shared < min(chain.count, open.count), chain[shared] == open[shared].member { shared += 1 }
        open.removeLast(open.count - shared)
        for next in chain[shared...] { open.append((next, try opened(next))) }
        return open[open.count - 1].folder
    }

    private func opened(_ member: Int) throws -> Folder {
        guard let parent = open.last?.folder, let name = Folder.Name(bytes: manifest.members.name(of: member)) else {
            guard open.isEmpty, let root = roots[index.tree(of: member)] else {
                throw BerthError(.failed, "a tree's root is no folder any more", remedy: "run the same command again")
            }
            return root
        }
        return try parent.folder(name)
    }
}
