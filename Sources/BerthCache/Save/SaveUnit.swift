internal import BerthSystem

/// A run of files whose new contents make one pack: whole package folders where they are small enough.
struct SaveUnit: Sendable {
    /// A chunk of a file: the member, and where in it.
    struct Piece: Sendable {
        let member: Int
        /// Which of the file's chunks.
        let chunk: Int
        let offset: Int64
        let size: Int
    }

    var pieces: [Piece] = []
    var size = 0

    /// Small packages share a pack of at least this size.
    static let least = 4 << 20
    /// Bounds memory: no pack expands to more, by more than a chunk.
    static let most = 16 << 20
    /// Bounds a pack's table.
    static let mostPieces = 1 << 16
}

/// Cuts files into units along package folders, so that what is updated together lies and dies together.
struct UnitPlanner {
    let manifest: TreeManifest
    let index: TreeIndex
    private(set) var units: [SaveUnit] = []
    private var open = SaveUnit()
    private var package: Int?

    init(_ manifest: TreeManifest, _ index: TreeIndex) { (self.manifest, self.index) = (manifest, index) }

    /// Adds a file of so many bytes; files come in the manifest's order.
    mutating func add(_ member: Int, size: Int64) {
        let folder = packageFolder(of: member)
        if folder != package, open.size >= SaveUnit.least { close() }
        package = folder
        var (offset, chunk): (Int64, Int) = (0, 0)
        repeat {
            let taken = Int(min(Int64(TreeManifest.Chunk.largest), size - offset))
            if open.size + taken > SaveUnit.most || open.pieces.count == SaveUnit.mostPieces { close() }
            open.pieces.append(.init(member: member, chunk: chunk, offset: offset, size: taken))
            open.size += taken
            offset += Int64(taken)
            chunk += 1
        } while offset < size
    }

    mutating func close() {
        if !open.pieces.isEmpty { units.append(open) }
        open = SaveUnit()
    }

    /// The folder that one package fills: below `site-packages` or the innermost `node_modules`, else two folders down.
    private func packageFolder(of member: Int) -> Int {
        let chain = index.ancestors(of: member)
        let mark = chain.lastIndex { Self.marks.contains(manifest.members[$0].name) }
        let wanted = mark.map { $0 + 1 } ?? 2
        return chain.indices.contains(wanted) ? chain[wanted] : chain.last ?? member
    }

    private static let marks: Set<[UInt8]> = [Array("site-packages".utf8), Array("node_modules".utf8)]
}
