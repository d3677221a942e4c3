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
        let index = slotWithRoom(hash(place), hash, isSame)
        if slots[index] == 0 { count += 1 }
        slots[index] = UInt32(place + 1)
    }

    /// The place of the same thing; where there is none, `place` is added, whose hash is `own`.
    mutating func find(orAdd place: Int, own: Int, hash: (Int) -> Int, isSame: (Int) -> Bool) -> Int {
        let index = slotWithRoom(own, hash, isSame)
        guard slots[index] == 0 else { return Int(slots[index]) - 1 }
        count += 1
        slots[index] = UInt32(place + 1)
        return place
    }

    /// Where the right one is, or may be put.
    private mutating func slotWithRoom(_ own: Int, _ hash: (Int) -> Int, _ isRight: (Int) -> Bool) -> Int {
        if (count + 1) * 4 > slots.count * 3 { grow(hash) }
        return slot(own, isRight)
    }

    /// Where the right one is, or would be.
    private func slot(_ hash: Int, _ isRight: (Int) -> Bool) -> Int {
        var index = hash & (slots.count - 1)
        while slots[index] != 0, !isRight(Int(slots[index]) - 1) { index = (index + 1) & (slots.count - 1) }
        return index
    }

    /// Makes room for so many more, at once: while it grows by itself each place is put into two tables on the average.
    mutating func reserve(_ more: Int, hash: (Int) -> Int) {
        var size = max(16, slots.count)
        while (count + more) * 4 > size * 3 { size *= 2 }
        if size > slots.count { grow(to: size, hash) }
    }

    private mutating func grow(_ hash: (Int) -> Int) { grow(to: max(16, slots.count * 2), hash) }

    private mutating func grow(to size: Int, _ hash: (Int) -> Int) {
        let old = slots
        slots = Array(repeating: 0, count: size)
        for taken in old where taken != 0 { slots[slot(hash(Int(taken) - 1)) { _ in false }] = taken }
    }
}

/// A table of chunks finds them by their digests.
extension PlaceTable {
    /// A table of all of a list.
    init(_ chunks: [TreeManifest.Chunk]) {
        reserve(chunks.count) { _ in 0 }
        for place in chunks.indices { add(place, in: chunks) }
    }

    func find(_ digest: Digest, in chunks: [TreeManifest.Chunk]) -> Int? {
        find(digest.tableHash) { chunks[$0].digest == digest }
    }

    /// Adds a chunk that it has not got.
    mutating func add(_ place: Int, in chunks: [TreeManifest.Chunk]) {
        set(place, hash: { chunks[$0].digest.tableHash }, isSame: { _ in false })
    }
}

extension [TreeManifest.Chunk] {
    /// Makes room for so many chunks more, here and in their table.
    mutating func reserve(_ more: Int, _ places: inout PlaceTable) {
        // Step by step it must grow as by itself, or each step would copy all.
        if count + more > capacity { reserveCapacity(Swift.max(count + more, capacity * 2)) }
        places.reserve(more) { self[$0].digest.tableHash }
    }

    /// The number of a chunk, which is appended where the list hasn't got it.
    mutating func number(_ chunk: TreeManifest.Chunk, _ places: inout PlaceTable) -> Int {
        let place = places.find(orAdd: count, own: chunk.digest.tableHash) {
            self[$0].digest.tableHash
        } isSame: {
            self[$0].digest == chunk.digest
        }
        if place == count { append(chunk) }
        return place
    }
}
