internal import BerthArchive
internal import BerthStore
internal import BerthSystem

/// Reads the packs of an entry: one after the other, and single contents out of their order.
struct PackSource {
    let packs: [Digest]
    let compressor: ChunkCompressor
    private let store: Store
    /// Contents that will be asked for one by one.
    private let sought: Set<Digest>
    /// Where those lie: the pack's number, and their own in it.
    private var places: [Digest: (pack: Int, content: Int)]?
    private var last: (pack: Int, reader: PackReader, parts: [PackReader.Part])?

    init(_ packs: [Digest], in store: Store, sought: Set<Digest>) throws {
        (self.packs, self.store, self.sought) = (packs, store, sought)
        compressor = try Compression.zstd(level: 1).makeCompressor()
    }

    /// Opens a pack; a damaged one is moved out of the way, so that the next save stores its contents anew.
    func open(_ pack: Int) throws -> PackReader {
        try store.part(packs[pack], "pack") { try PackReader(packs[pack], in: store, verified: false) }
    }

    /// One content of those sought; nil where no pack has it.
    mutating func read(_ digest: Digest) throws -> [UInt8]? {
        if places == nil { places = try locate() }
        guard let place = places?[digest] else { return nil }
        if last?.pack != place.pack {
            last = nil
            let reader = try open(place.pack)
            last = (place.pack, reader, reader.parts)
        }
        guard let last else { return nil }
        var (bytes, start): ([UInt8], Int) = ([], 0)
        for part in last.parts {
            defer { start += last.reader.table.frames[part.frame].length }
            guard let piece = part.pieces.first(where: { $0.content == place.content }) else { continue }
            bytes += try last.reader.expand(part.frame, with: compressor, at: start)[piece.range]
        }
        return bytes
    }

    private func locate() throws -> [Digest: (pack: Int, content: Int)] {
        var places: [Digest: (pack: Int, content: Int)] = [:]
        for (pack, digest) in packs.enumerated() {
            let table = try store.part(digest, "pack") { try PackTable.read(digest, in: store) }
            for (content, chunk) in table.contents.enumerated() where sought.contains(chunk.digest) {
                places[chunk.digest] = (pack, content)
            }
        }
        return places
    }

    /// A pack on its way from the first frame to the last.
    struct Pass {
        private let reader: PackReader
        private let parts: [PackReader.Part]
        private var (part, start): (Int, Int) = (0, 0)
        /// The first pieces of a content that goes on in the next frame.
        private var pending: [UInt8] = []

        init(_ reader: PackReader) { (self.reader, parts) = (reader, reader.parts) }

        /// The wanted contents that end in the next frame; nil behind the last one.
        mutating func next(
            _ compressor: ChunkCompressor, wants: (Digest) -> Bool
        ) throws -> [(digest: Digest, bytes: ArraySlice<UInt8>)]? {
            guard part < parts.count else { return nil }
            let current = parts[part]
            defer { (part, start) = (part + 1, start + reader.table.frames[current.frame].length) }
            let pieces = current.pieces.filter { wants(reader.table.contents[$0.content].digest) }
            guard !pieces.isEmpty else { return [] }
            let bytes = try reader.expand(current.frame, with: compressor, at: start)
            var found: [(digest: Digest, bytes: ArraySlice<UInt8>)] = []
            for piece in pieces {
                let content = reader.table.contents[piece.content]
                guard piece.range.count < content.size else {
                    // Most lie whole in the frame, and share its bytes.
                    found.append((content.digest, bytes[piece.range]))
                    continue
                }
                if piece.offset == 0 { pending = [] }
                pending += bytes[piece.range]
                guard pending.count == content.size else { continue }
                found.append((content.digest, pending[...]))
                pending = []
            }
            return found
        }
    }
}
