/// What of an entry's contents one of several streams has: packs, and files that span packs.
struct ContentShare {
    /// Numbers of packs.
    private(set) var packs: [Int] = []
    /// Files of several chunks, by member.
    private(set) var large: [Int] = []
    /// About what it takes to unpack it, in bytes.
    private var weight = 0

    /// To make a file takes about as long as writing so many bytes.
    private static let fileWeight = 64 << 10

    /// Deals all contents out: the same entry is always dealt out alike, so that streams which know nothing of each other
    /// have all of it together.
    static func deal(_ layout: EntryLayout, of count: Int) -> [ContentShare] {
        let (manifest, uses) = (layout.manifest, layout.uses)
        var weights = Array(repeating: 0, count: layout.packs.count)
        for chunk in uses.needed {
            let files = uses.of(chunk).count { $0.isWhole }
            weights[layout.places[chunk].pack] += files * (manifest.chunks[chunk].size + fileWeight)
        }
        var shares = Array(repeating: ContentShare(), count: count)
        // Whoever comes next goes to the lightest: that evens out, as most packs are of one size.
        func lightest() -> Int { shares.indices.min { shares[$0].weight < shares[$1].weight } ?? 0 }
        for pack in weights.indices where weights[pack] > 0 {
            let share = lightest()
            shares[share].packs.append(pack)
            shares[share].weight += weights[pack]
        }
        for member in manifest.members.indices where manifest.members.chunkCount(of: member) > 1 {
            guard case .file(let file) = manifest.members[member].content else { continue }
            let share = lightest()
            shares[share].large.append(member)
            shares[share].weight += Int(manifest.size(of: file))
        }
        return shares
    }
}
