internal import BerthArchive
internal import BerthStore
internal import BerthSystem

/// Where each content of an entry lies, by the tables at the ends of its packs; the first pack counts that holds it.
struct ContentPlaces: Sendable {
    struct Place {
        /// The pack's number in the entry.
        let pack: Int
        /// The content's number in the pack.
        let content: Int
    }

    /// By chunk of the manifest.
    private var packs: [UInt32]
    private var contents: [UInt32]
    private static let nowhere = UInt32.max

    /// Throws `.damaged` where a pack is not whole, or a content in none of them.
    init(_ manifest: TreeManifest, _ uses: ChunkUses, packs: [Digest], in store: Store) throws {
        self.packs = Array(repeating: Self.nowhere, count: manifest.chunks.count)
        contents = Array(repeating: Self.nowhere, count: manifest.chunks.count)
        for (pack, digest) in packs.enumerated() {
            let table = try store.part(digest, "pack") { try PackTable.read(digest, in: store) }
            for (content, chunk) in table.contents.enumerated() {
                guard let number = uses.number(of: chunk.digest), self.packs[number] == Self.nowhere else { continue }
                (self.packs[number], contents[number]) = (UInt32(pack), UInt32(content))
            }
        }
        if let missing = uses.needed.first(where: { self.packs[$0] == Self.nowhere }) {
            throw Self.lacks(manifest.chunks[missing])
        }
    }

    subscript(chunk: Int) -> Place { Place(pack: Int(packs[chunk]), content: Int(contents[chunk])) }

    /// A content that no pack has.
    static func lacks(_ chunk: TreeManifest.Chunk) -> BerthError {
        BerthError(
            .damaged, "no pack of the entry holds \(chunk.digest)", done: "no more of it is sent",
            remedy: "run `berth store check`; the next save stores it anew")
    }
}
