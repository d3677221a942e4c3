internal import BerthSystem

/// A run of files whose new contents make one pack: whole package folders where they are small enough.
struct SaveUnit: Sendable {
    /// A chunk of a file.
    struct Piece: Sendable {
        private let numbers: (member: UInt32, chunk: UInt32)

        init(member: Int, chunk: Int) { numbers = (UInt32(member), UInt32(chunk)) }

        var member: Int { Int(numbers.member) }
        /// Which of the file's chunks.
        var chunk: Int { Int(numbers.chunk) }
        var offset: Int64 { Int64(chunk) * Int64(TreeManifest.Chunk.largest) }

        /// Its bytes, in a file of so many.
        func size(of file: Int64) -> Int { Int(min(Int64(TreeManifest.Chunk.largest), file - offset)) }
    }

    var pieces: [Piece] = []
    var size = 0

    /// Small packages share a pack of at least this size.
    static let least = 4 << 20
    /// Bounds memory: no pack expands to more, by more than a chunk.
    static let most = 16 << 20
    /// Bounds a pack's table.
    static let mostPieces = 1 << 16
    /// What a thread takes of a unit is no smaller, or starting threads takes longer than the work.
    static let leastShare = 1 << 20

    /// The unit in a few runs with as many pieces each, whatever machine this is: where they end shows in the pack's bytes.
    var shares: [SaveUnit] {
        let count = min(4, pieces.count, max(1, size / Self.leastShare))
        return (0..<count).map { share in
            let range = pieces.count * share / count..<pieces.count * (share + 1) / count
            return SaveUnit(pieces: Array(pieces[range]), size: size / count)
        }
    }
}

/// Cuts files into units along package folders, so that what is updated together lies and dies together.
struct UnitPlanner {
    private let manifest: TreeManifest
    private let index: TreeIndex
    private var units: [SaveUnit] = []
    private var open = SaveUnit()
    private var package: Int?
    /// The last file's folder, and the package that it belongs to.
    private var last: (folder: Int?, package: Int)?

    private init(_ manifest: TreeManifest, _ index: TreeIndex) { (self.manifest, self.index) = (manifest, index) }

    /// The units of files of a walk, which come in its order.
    static func units(of files: [Int], _ walk: TreeWalk) -> [SaveUnit] {
        var planner = UnitPlanner(walk.manifest, walk.index)
        for member in files { planner.add(member, size: walk.states[member].size) }
        planner.close()
        return planner.units
    }

    /// Adds a file of so many bytes; files come in the manifest's order.
    private mutating func add(_ member: Int, size: Int64) {
        let folder = packageFolder(of: member)
        if folder != package, open.size >= SaveUnit.least { close() }
        package = folder
        for chunk in 0..<TreeManifest.Chunk.count(of: size) {
            let piece = SaveUnit.Piece(member: member, chunk: chunk)
            let taken = piece.size(of: size)
            if open.size + taken > SaveUnit.most || open.pieces.count == SaveUnit.mostPieces { close() }
            open.pieces.append(piece)
            open.size += taken
        }
    }

    private mutating func close() {
        if !open.pieces.isEmpty { units.append(open) }
        open = SaveUnit()
    }

    /// The folder that one package fills: below `site-packages` or the innermost `node_modules`, else two folders down.
    private mutating func packageFolder(of member: Int) -> Int {
        let folder = index.parent(of: member)
        if let last, last.folder == folder, folder != nil { return last.package }
        let package = search(member)
        last = (folder, package)
        return package
    }

    private func search(_ member: Int) -> Int {
        let chain = index.ancestors(of: member)
        let mark = chain.lastIndex { Self.marks.contains(manifest.members[$0].name) }
        let wanted = mark.map { $0 + 1 } ?? 2
        return chain.indices.contains(wanted) ? chain[wanted] : chain.last ?? member
    }

    private static let marks = ["site-packages", "node_modules"].map { Array($0.utf8)[...] }
}
