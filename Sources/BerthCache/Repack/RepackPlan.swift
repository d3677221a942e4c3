internal import BerthArchive
internal import BerthSystem

/// Which packs an entry keeps as they are, and which of its contents are packed anew: decides, and does nothing itself.
///
/// Sizes are those of expanded contents: what a frame's share of compressed bytes is, nobody can say.
struct RepackPlan: Equatable {
    /// What an entry may hold at most, for each byte that it needs.
    static let most = 1.5
    /// Packs below this size count as small, and more of them than `mostSmall` are joined.
    static let small = 1 << 20
    static let mostSmall = 32

    /// A pack that is not kept: which of its contents are packed anew.
    struct Source: Equatable {
        let pack: Digest
        var contents: Set<Digest>
    }

    /// In the order in which they came.
    private(set) var kept: [StoredPack] = []
    /// In the same order; a pack of which nothing is needed is neither here nor there.
    private(set) var sources: [Source] = []
    /// Bytes that the entry needs, and bytes that its packs hold afterwards.
    private(set) var needed = 0
    private(set) var held = 0

    /// Throws `.damaged` where no pack holds a chunk that the manifest needs.
    init(_ manifest: TreeManifest, _ packs: [(pack: StoredPack, contents: [TreeManifest.Chunk])]) throws {
        var open = Dictionary(manifest.chunks.map { ($0.digest, $0.size) }) { first, _ in first }
        needed = open.values.reduce(0, +)
        var shares = packs.enumerated().map { Share(index: $0.offset, packs: $0.element, needed: open) }
        shares.sort { ($0.ratio, $1.index) > ($1.ratio, $0.index) }
        for index in shares.indices { shares[index].take(from: &open) }
        if let lost = open.keys.min() {
            throw BerthError(
                .damaged, "no pack of the entry holds \(lost)", remedy: "the next save stores the entry anew")
        }
        shares.removeAll { $0.taken.isEmpty }
        let isKept = choose(shares)
        for (share, keeps) in zip(shares, isKept).sorted(by: { $0.0.index < $1.0.index }) {
            if keeps {
                kept.append(packs[share.index].pack)
            } else {
                sources.append(Source(pack: packs[share.index].pack.digest, contents: share.taken))
            }
        }
    }

    /// Worst first, packs are given up until the rest holds little enough.
    private mutating func choose(_ shares: [Share]) -> [Bool] {
        var isKept = shares.map { _ in true }
        held = shares.reduce(0) { $0 + $1.size }
        func move(_ index: Int, _ held: inout Int) {
            isKept[index] = false
            held += shares[index].live - shares[index].size
        }
        let small = shares.indices.filter { shares[$0].size < Self.small }
        if small.count > Self.mostSmall { for index in small { move(index, &held) } }
        let worst = shares.indices.sorted { (shares[$0].density, $0) < (shares[$1].density, $1) }
        for index in worst where isKept[index] && Double(held) > Self.most * Double(needed) { move(index, &held) }
        return isKept
    }

    /// What a pack holds of the entry.
    private struct Share {
        let index: Int
        let contents: [TreeManifest.Chunk]
        /// Expanded bytes of all that it holds.
        let size: Int
        /// How much of it the entry needs, whoever else has it too.
        let ratio: Double
        /// What the entry takes from this pack and no other.
        private(set) var taken: Set<Digest> = []
        private(set) var live = 0

        init(index: Int, packs: (pack: StoredPack, contents: [TreeManifest.Chunk]), needed: [Digest: Int]) {
            (self.index, contents) = (index, packs.contents)
            size = contents.reduce(0) { $0 + $1.size }
            let useful = contents.reduce(0) { needed[$1.digest] == nil ? $0 : $0 + $1.size }
            ratio = size == 0 ? 0 : Double(useful) / Double(size)
        }

        /// Bytes taken for each that it has.
        var density: Double { size == 0 ? 0 : Double(live) / Double(size) }

        mutating func take(from open: inout [Digest: Int]) {
            for content in contents where open[content.digest] == content.size {
                open[content.digest] = nil
                taken.insert(content.digest)
                live += content.size
            }
        }
    }
}
