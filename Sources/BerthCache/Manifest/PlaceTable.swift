internal import BerthArchive

/// Finds where things stand in a list that somebody else keeps: some eight bytes for each, where a dictionary holds each
/// thing once more and has as much room again to spare.
struct PlaceTable: Sendable {
    /// A power of two, at most three quarters taken: a place and one, or 0 where there is none.
    private var slots: [UInt32] = []
    private var count = 0

    /// The place among those with a hash that is the right one.
    func find(_ hash: Int, _ isRight: (Int) -> Bool) -> Int? {
        guard !slots.isEmpty else { return nil }
        let found = slots[slot(hash, isRight)]
        return found == 0 ? nil : Int(found) - 1
    }

    /// Adds a place, or puts it where another one of the same thing was.
    ///
    /// `hash` is asked for those of others too, when the table grows.
    mutating func set(_ place: Int, hash: (Int) -> Int, isSame: (Int) -> Bool) {
        if (count + 1) * 4 > slots.count * 3 { grow(hash) }
        let index = slot(hash(place), isSame)
        if slots[index] == 0 { count += 1 }
        slots[index] = UInt32(place + 1)
    }

    /// Where the right one is, or would be.
    private func slot(_ hash: Int, _ isRight: (Int) -> Bool) -> Int {
        var index = hash & (slots.count - 1)
        while slots[index] != 0, !isRight(Int(slots[index]) - 1) { index = (index + 1) & (slots.count - 1) }
        return index
    }

    private mutating func grow(_ hash: (Int) -> Int) {
        let old = slots
        slots = Array(repeating: 0, count: max(16, old.count * 2))
        for taken in old where taken != 0 { slots[slot(hash(Int(taken) - 1)) { _ in false }] = taken }
    }
}

/// A table of chunks finds them by their digests.
extension PlaceTable {
    /// A table of all of a list.
    init(_ chunks: [TreeManifest.Chunk]) { for place in chunks.indices { add(place, in: chunks) } }

    func find(_ digest: Digest, in chunks: [TreeManifest.Chunk]) -> Int? {
        find(digest.hashValue) { chunks[$0].digest == digest }
    }

    /// Adds a chunk that it has not got.
    mutating func add(_ place: Int, in chunks: [TreeManifest.Chunk]) {
        set(place, hash: { chunks[$0].digest.hashValue }, isSame: { _ in false })
    }
}

extension [TreeManifest.Chunk] {
    /// The number of a chunk, which is appended where the list hasn't got it.
    mutating func number(_ chunk: TreeManifest.Chunk, _ places: inout PlaceTable) -> Int {
        if let known = places.find(chunk.digest, in: self) { return known }
        append(chunk)
        places.add(count - 1, in: self)
        return count - 1
    }
}
