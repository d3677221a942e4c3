internal import BerthArchive
internal import BerthSystem

/// What a tree looked like when it was saved or restored: its names, and what stat(2) said of each.
///
/// A folder whose time of change is the same has the same names in it, so nobody has to read it again (as git's untracked
/// cache does it); where all is the same, the entry that came of it is the tree's.
struct TreeRecord: Sendable {
    let head: Head
    /// The bytes of a file; the members stand in its blocks.
    private let decoder: ByteDecoder
    let blocks: [Block]
    /// By folder, in the members' order.
    let names: [NamesHash]
    /// Of the members, the root among them.
    let count: Int

    /// What is the same for all of the tree.
    struct Head: Sendable {
        /// What the tree is called, and what was left out of it: another question has another answer.
        let label: String
        let exclude: [String]
        /// The entry that holds the tree just so; nil where none does.
        var origin: Origin?
        /// Until then nobody else can have changed anything.
        let moment: FileTime
        /// What the root is.
        let root: (state: FileState, permissions: UInt16)
    }

    /// A tree of an entry.
    struct Origin: Sendable, Equatable {
        /// The name of the entry's record.
        let entry: Digest
        let manifest: Digest
        /// Of the manifest's blob.
        let size: ByteCount
        /// Which of the entry's trees it is, and how many there are.
        let tree: Int
        let trees: Int

        /// Another tree of that entry, if it has so many.
        func tree(_ number: Int, of count: Int) -> Origin {
            Origin(entry: entry, manifest: manifest, size: size, tree: number, trees: count)
        }
    }

    /// Some members, for one thread to look at.
    struct Block: Sendable {
        let members: Range<Int>
        /// Where they stand.
        let bytes: Range<Int>
        /// The names that lead down to it, the root's left away.
        let above: [[UInt8]]
        /// How many folders stand before it.
        let folders: Int
    }

    /// Members of a tree that has a record; larger ones are walked each time: bounds memory.
    static let most = 250_000

    /// Reads what `encode` gave; throws where the bytes are none of a record.
    init(from decoder: inout ByteDecoder) throws {
        head = try Head(from: &decoder)
        names = try (0..<(try decoder.count(ofAtLeast: 1))).map { _ in NamesHash(try decoder.number()) }
        count = try decoder.count(ofAtLeast: 8)
        blocks = try Self.blocks(&decoder, count, folders: names.count)
        self.decoder = decoder
    }

    private static func blocks(_ decoder: inout ByteDecoder, _ count: Int, folders: Int) throws -> [Block] {
        let table = try decoder.table()
        let start = decoder.position
        guard table.first?.first == 0, table.first?.start == 0 else { throw decoder.damaged("it has no root") }
        return try table.enumerated().map { number, row in
            let next = number + 1 < table.count ? table[number + 1] : nil
            let (end, stop) = (next?.first ?? count, next?.start ?? decoder.bytes.count - start)
            guard row.first < end, row.start < stop, stop <= decoder.bytes.count - start, row.folders <= folders else {
                throw decoder.damaged("a block")
            }
            return Block(
                members: row.first..<end, bytes: start + row.start..<start + stop, above: row.above,
                folders: row.folders)
        }
    }

    /// The members of a block, one after the other.
    func members(of block: Block) -> RecordedMembers { RecordedMembers(decoder, of: block) }

    /// All members, one after the other.
    func forEach(_ body: (RecordedMember, _ text: [UInt8]) throws -> Void) throws {
        for block in blocks {
            var members = members(of: block)
            for _ in block.members { try body(try members.next(), members.bytes) }
            try members.finish()
        }
    }

    /// Whether what changed at a moment, and looks as noted, is what it was.
    func isSettled(_ changed: FileTime) -> Bool { FileRecord.isSettled(changed, at: head.moment) }
}

/// Tells the names in a folder from others, in 64 bits (FNV-1a): for a folder that nobody could have changed but within one
/// tick of the clock.
struct NamesHash: Sendable, Equatable {
    private(set) var value: UInt64

    init(_ value: UInt64 = 0xcbf2_9ce4_8422_2325) { self.value = value }

    /// Adds the next name, by their order.
    mutating func add(_ name: [UInt8]) { add(name, name.indices) }

    /// `name`: where it stands in `text`.
    mutating func add(_ text: [UInt8], _ name: Range<Int>) {
        for place in name { value = (value ^ UInt64(text[place])) &* 0x100_0000_01b3 }
        value = (value ^ 0x2F) &* 0x100_0000_01b3
    }
}
