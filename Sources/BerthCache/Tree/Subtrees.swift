/// A manifest's members cut so that threads can make them side by side: runs of whole subtrees, and the folders that
/// these hang on.
struct Subtrees: Sendable {
    /// The folders above all runs, outer ones first; roots that are folders are among them.
    private(set) var trunk: [Int] = []
    /// All other members.
    private(set) var runs: [Range<Int>] = []

    /// `size`: of a run at most, in members.
    init(_ manifest: TreeManifest, _ index: TreeIndex, size: Int = 512) {
        let ends = Self.ends(manifest, index)
        var (member, start) = (0, 0)
        while member < manifest.members.count {
            let end = Int(ends[member])
            let isRoot = index.parent(of: member) == nil
            if manifest.members.isFolder(member), isRoot || end - member > size {
                close(start..<member)
                trunk.append(member)
                member += 1
                start = member
            } else {
                if end - start > size {
                    close(start..<member)
                    start = member
                }
                member = end
            }
        }
        close(start..<member)
    }

    private mutating func close(_ run: Range<Int>) { if !run.isEmpty { runs.append(run) } }

    /// By member: the first one behind it that is not in it.
    private static func ends(_ manifest: TreeManifest, _ index: TreeIndex) -> [UInt32] {
        var ends = manifest.members.indices.map { UInt32($0 + 1) }
        for member in manifest.members.indices.reversed() {
            if let parent = index.parent(of: member) { ends[parent] = max(ends[parent], ends[member]) }
        }
        return ends
    }
}
