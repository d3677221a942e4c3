internal import BerthArchive
internal import Synchronization

/// Which files need a chunk, and where in them.
struct ChunkUses: Sendable {
    struct Use: Sendable {
        let offset: Int64
        private let number: UInt32
        /// Whether the chunk is all of the file.
        let isWhole: Bool

        var member: Int { Int(number) }

        init(member: Int, offset: Int64, isWhole: Bool) {
            (number, self.offset, self.isWhole) = (UInt32(member), offset, isWhole)
        }
    }

    private let chunks: [TreeManifest.Chunk]
    private let places: PlaceTable
    /// By chunk, one after the other.
    private let uses: [Use]
    /// Where a chunk's uses begin; one more at the end.
    private let starts: [UInt32]

    /// `isWanted`: whether a file is to be written.
    init(_ manifest: TreeManifest, _ isWanted: (Int) -> Bool) {
        var starts = [UInt32](repeating: 0, count: manifest.chunks.count + 1)
        Self.each(manifest, isWanted) { chunk, _ in starts[chunk + 1] += 1 }
        for chunk in manifest.chunks.indices { starts[chunk + 1] += starts[chunk] }
        var next = starts
        let none = Use(member: 0, offset: 0, isWhole: false)
        var uses = Array(repeating: none, count: Int(starts[manifest.chunks.count]))
        Self.each(manifest, isWanted) { chunk, use in
            uses[Int(next[chunk])] = use
            next[chunk] += 1
        }
        (chunks, places) = (manifest.chunks, PlaceTable(manifest.chunks))
        (self.uses, self.starts) = (uses, starts)
    }

    private static func each(
        _ manifest: TreeManifest, _ isWanted: (Int) -> Bool, _ take: (_ chunk: Int, Use) -> Void
    ) {
        for (member, entry) in manifest.members.enumerated() {
            guard case .file(let file) = entry.content, isWanted(member) else { continue }
            var offset: Int64 = 0
            for chunk in file.chunks {
                take(chunk, Use(member: member, offset: offset, isWhole: file.chunks.count == 1))
                offset += Int64(manifest.chunks[chunk].size)
            }
        }
    }

    /// The files that need a chunk.
    func of(_ chunk: Int) -> ArraySlice<Use> { uses[Int(starts[chunk])..<Int(starts[chunk + 1])] }

    /// The number of a chunk that some file needs.
    func number(of digest: Digest) -> Int? {
        places.find(digest, in: chunks).flatMap { of($0).isEmpty ? nil : $0 }
    }

    /// The chunks that some file needs.
    var needed: some Sequence<Int> { chunks.indices.lazy.filter { !of($0).isEmpty } }
}

/// Which chunks are taken, so that each is written once.
final class ChunkClaims: Sendable {
    private let taken: Mutex<[Bool]>

    init(count: Int) { taken = Mutex(Array(repeating: false, count: count)) }

    /// True for the first caller only.
    func take(_ chunk: Int) -> Bool {
        taken.withLock { taken in
            defer { taken[chunk] = true }
            return !taken[chunk]
        }
    }

    /// Whether somebody has taken a chunk.
    func has(_ chunk: Int) -> Bool { taken.withLock { $0[chunk] } }
}
