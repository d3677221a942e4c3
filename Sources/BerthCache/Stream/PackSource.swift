internal import BerthArchive
internal import BerthSystem

/// Reads the packs of an entry: one after the other, and single contents out of their order.
///
/// One pack of each kind and one frame are in memory. Blocks; for one thread at a time.
final class PackSource {
    private let packs: [Digest]
    private let shelf: PackShelf
    private let decompressor: ZstdCompressor
    /// What the frame at hand holds; one buffer for all frames.
    private var frame: [UInt8] = []
    /// The first pieces of a content that goes on in the next frame.
    private var pending: [UInt8] = []
    /// The pack at hand, and how far it was read.
    private var pass: (opened: OpenedPack, part: Int)?
    /// The last content that was read alone, and its pack.
    private var single: [UInt8] = []
    private var last: (pack: Int, opened: OpenedPack)?

    /// A pack with the frames that it consists of, and where each begins.
    private struct OpenedPack {
        let reader: PackReader
        let parts: [PackReader.Part]
        let starts: [Int]

        init(_ reader: PackReader) {
            (self.reader, parts) = (reader, reader.parts)
            starts = parts.reduce(into: [0]) { $0.append(($0.last ?? 0) + reader.table.frames[$1.frame].length) }
        }
    }

    init(_ packs: [Digest], _ shelf: PackShelf) throws {
        (self.packs, self.shelf) = (packs, shelf)
        decompressor = try ZstdCompressor(level: 1)
    }

    typealias Content = (digest: Digest, bytes: ArraySlice<UInt8>)

    /// Begins to read a pack.
    func open(_ pack: Int) throws {
        pass = nil
        pass = (OpenedPack(try shelf.read(packs[pack])), 0)
    }

    /// The wanted contents that end in the next frame; nil behind the last one.
    ///
    /// They share the frame's bytes: whoever keeps one past the next call makes it a copy.
    func next(wants: (Digest) -> Bool) throws -> [Content]? {
        guard let (opened, part) = pass, part < opened.parts.count else {
            pass = nil
            return nil
        }
        pass?.part += 1
        let contents = opened.reader.table.contents
        let pieces = opened.parts[part].pieces.filter { wants(contents[$0.content].digest) }
        guard !pieces.isEmpty else { return [] }
        try expand(part, of: opened)
        return pieces.compactMap { piece in
            let content = contents[piece.content]
            guard piece.range.count < content.size else { return (content.digest, frame[piece.range]) }
            if piece.offset == 0 {
                pending.removeAll(keepingCapacity: true)
                pending.reserveCapacity(content.size)
            }
            pending += frame[piece.range]
            return pending.count == content.size ? (content.digest, pending[...]) : nil
        }
    }

    /// One content out of the order of the packs; whoever keeps it past the next call makes it a copy.
    func read(_ place: ContentPlaces.Place) throws -> ArraySlice<UInt8> {
        single.removeAll(keepingCapacity: true)
        if last?.pack != place.pack {
            last = nil
            last = (place.pack, OpenedPack(try shelf.read(packs[place.pack])))
        }
        guard let opened = last?.opened else { return [] }
        single.reserveCapacity(opened.reader.table.contents[place.content].size)
        for (number, part) in opened.parts.enumerated() {
            guard let piece = part.pieces.first(where: { $0.content == place.content }) else { continue }
            try expand(number, of: opened)
            single += frame[piece.range]
        }
        return single[...]
    }

    private func expand(_ part: Int, of opened: OpenedPack) throws {
        try opened.reader.expand(
            opened.parts[part].frame, with: decompressor, at: opened.starts[part], into: &frame)
    }

    /// Keeps which packs were hashed, for those who come later.
    func keep() { shelf.keep() }
}
