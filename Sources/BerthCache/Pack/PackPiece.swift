/// Frames of a pack: those of several threads make one.
struct PackPiece: Sendable {
    private(set) var table = PackTable()
    private(set) var bytes: [UInt8] = []

    init(_ table: PackTable, _ bytes: [UInt8]) { (self.table, self.bytes) = (table, bytes) }

    /// Expanded bytes.
    var size: Int { table.frames.reduce(0) { $0 + $1.size } }

    /// The pack of some pieces.
    static func pack(_ pieces: [PackPiece]) -> (bytes: [UInt8], size: Int) {
        var whole = PackPiece(PackTable(), [])
        for piece in pieces {
            whole.table.frames += piece.table.frames
            whole.table.contents += piece.table.contents
            whole.bytes += piece.bytes
        }
        return (whole.bytes + whole.table.encode(), whole.size)
    }
}
