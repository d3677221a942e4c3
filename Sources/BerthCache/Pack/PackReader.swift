internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// A pack of the store, read into memory.
struct PackReader {
    let digest: Digest
    let table: PackTable
    private let bytes: [UInt8]

    /// No pack is larger: contents of one unit, or one chunk, that cannot be compressed.
    static let largest = ByteCount(40 << 20)

    /// Reads a pack, hashing it unless somebody did so since this machine's start.
    init(_ digest: Digest, in store: Store, verified: Bool) throws {
        try self.init(
            digest,
            bytes: verified
                ? try Files.read(store.path(of: digest), limit: Int(clamping: Self.largest.value))
                : try store.read(digest, limit: Self.largest))
    }

    /// A pack whose bytes are there already.
    init(_ digest: Digest, bytes: [UInt8]) throws {
        (self.digest, self.bytes) = (digest, bytes)
        table = try PackTable(end: bytes, length: bytes.count)
    }

    /// A piece of a content in a frame: index of the content, its own offset, range in the frame.
    typealias Piece = (content: Int, offset: Int, range: Range<Int>)

    /// One frame's part of the pack: which contents begin in it or go on in it.
    struct Part {
        let frame: Int
        /// In the contents' order.
        var pieces: [Piece] = []
    }

    /// Frames with the contents in them, in the pack's order.
    var parts: [Part] {
        var result: [Part] = []
        var (content, offset) = (0, 0)
        for (index, frame) in table.frames.enumerated() {
            var part = Part(frame: index)
            var position = 0
            while content < table.contents.count {
                let left = table.contents[content].size - offset
                let taken = min(left, frame.size - position)
                if taken == 0, left > 0 { break }
                part.pieces.append((content, offset, position..<(position + taken)))
                position += taken
                offset += taken
                guard offset == table.contents[content].size else { break }
                (content, offset) = (content + 1, 0)
            }
            result.append(part)
        }
        return result
    }

    /// What a frame holds.
    func expand(_ frame: Int, with compressor: ChunkCompressor, at start: Int) throws -> [UInt8] {
        let facts = table.frames[frame]
        return try compressor.expand(
            bytes.span.extracting(start..<(start + facts.length)).bytes, size: facts.size)
    }

    /// The same into the beginning of a buffer, which is made large enough.
    func expand(_ frame: Int, with decompressor: ZstdCompressor, at start: Int, into buffer: inout [UInt8]) throws {
        let facts = table.frames[frame]
        try decompressor.expand(bytes, start..<(start + facts.length), size: facts.size, into: &buffer)
    }
}

extension PackTable {
    /// The contents of a pack of the store, by its last bytes.
    static func read(_ digest: Digest, in store: Store) throws -> PackTable {
        let path = store.path(of: digest)
        let file = try Files.open(path, .readOnly)
        defer { try? file.close() }
        guard let facts = try Files.facts(path) else { throw LocalCache.lost(digest) }
        let length = Int(facts.size)
        func tail(_ count: Int) throws -> [UInt8] {
            let count = min(count, length)
            return try file.closeless(at: Int64(length - count), count: count, path)
        }
        // Most tables fit into the first read; the others say how long they are.
        var end = try tail(64 << 10)
        if let seek = Self.length(tail: end), seek > end.count { end = try tail(seek) }
        if let whole = wholeLength(seek: end), whole > end.count { end = try tail(whole) }
        return try PackTable(end: end, length: length)
    }
}

extension FileDescriptor {
    fileprivate func closeless(at offset: Int64, count: Int, _ path: FilePath) throws -> [UInt8] {
        try seek(offset: offset, from: .start)
        return try Files.read(self, count: count, path)
    }
}
