internal import BerthArchive
internal import Synchronization

/// Which files need a chunk, and where in them.
struct ChunkUses: Sendable {
    struct Use: Sendable {
        let member: Int
        let offset: Int64
        /// Whether the chunk is all of the file.
        let isWhole: Bool
    }

    /// By chunk, one after the other.
    private var uses: [Use]
    /// Where a chunk's uses begin; one more at the end.
    private var starts: [Int]
    private var numbers: [Digest: Int] = [:]

    /// `isWanted`: whether a file is to be written.
    init(_ manifest: TreeManifest, _ isWanted: (Int) -> Bool) {
        var pairs: [(chunk: Int, use: Use)] = []
        pairs.reserveCapacity(manifest.members.count)
        for (member, entry) in manifest.members.enumerated() {
            guard case .file(let file) = entry.content, isWanted(member) else { continue }
            var offset: Int64 = 0
            for chunk in file.chunks {
                pairs.append((chunk, Use(member: member, offset: offset, isWhole: file.chunks.count == 1)))
                offset += Int64(manifest.chunks[chunk].size)
            }
        }
        starts = Array(repeating: 0, count: manifest.chunks.count + 1)
        for (chunk, _) in pairs { starts[chunk + 1] += 1 }
        for chunk in manifest.chunks.indices { starts[chunk + 1] += starts[chunk] }
        uses = pairs.sorted { $0.chunk < $1.chunk }.map(\.use)
        numbers.reserveCapacity(manifest.chunks.count)
        for (number, chunk) in manifest.chunks.enumerated() where starts[number] < starts[number + 1] {
            numbers[chunk.digest] = number
        }
    }

    /// The files that need a chunk.
    func of(_ chunk: Int) -> ArraySlice<Use> { uses[starts[chunk]..<starts[chunk + 1]] }

    /// The number of a chunk that some file needs.
    func number(of digest: Digest) -> Int? { numbers[digest] }

    /// The chunks that some file needs.
    var needed: some Sequence<Int> { numbers.values }
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
