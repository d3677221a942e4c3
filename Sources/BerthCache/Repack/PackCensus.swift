internal import BerthArchive
internal import BerthStore
internal import BerthSystem

/// Which contents of which pack the entries that name it still need.
///
/// One entry's manifest is in memory at a time, and a bit for each content of each pack.
struct PackCensus {
    /// A pack of which little is needed.
    struct Pack {
        let digest: Digest
        let live: Set<Digest>
        /// Expanded bytes that nobody needs.
        let dead: Int
    }

    /// Packs that the same entries name: what is left of them may lie together.
    struct Group {
        let entries: [Digest]
        let packs: [Pack]
    }

    private struct Count {
        let contents: [TreeManifest.Chunk]
        var isLive: [Bool]
        /// In the order of their ids.
        var entries: [Digest] = []
    }

    private var counts: [Digest: Count] = [:]

    /// Looks at all entries; packs of one that can't be read are no subject of any change.
    init(_ store: Store) throws {
        var untouchable: Set<Digest> = []
        for record in try store.entries.readable().sorted(by: { $0.id < $1.id }) {
            do {
                let entry = try CacheEntry(record)
                try add(entry, record.id, Set(entry.readManifest(in: store).chunks.map(\.digest)), in: store)
            } catch { untouchable.formUnion((try? record.blobs()) ?? []) }
        }
        for pack in untouchable { counts[pack] = nil }
    }

    private mutating func add(_ entry: CacheEntry, _ id: Digest, _ needed: Set<Digest>, in store: Store) throws {
        for pack in entry.packs {
            var count: Count
            if let known = counts[pack.digest] {
                count = known
            } else {
                let contents = try PackTable.read(pack.digest, in: store).contents
                count = Count(contents: contents, isLive: contents.map { _ in false })
            }
            for (index, content) in count.contents.enumerated() where needed.contains(content.digest) {
                count.isLive[index] = true
            }
            count.entries.append(id)
            counts[pack.digest] = count
        }
    }

    /// The packs that are mostly dead, by the entries that name them.
    func groups() -> [Group] {
        var packs: [[Digest]: [Pack]] = [:]
        for (digest, count) in counts {
            let all = count.contents.reduce(0) { $0 + $1.size }
            let live = zip(count.contents, count.isLive).filter(\.1).map(\.0)
            let dead = all - live.reduce(0) { $0 + $1.size }
            guard dead >= PackUpkeep.worthwhile, Double(all - dead) < PackUpkeep.least * Double(all) else { continue }
            packs[count.entries, default: []].append(Pack(digest: digest, live: Set(live.map(\.digest)), dead: dead))
        }
        return packs.map { Group(entries: $0.key, packs: $0.value.sorted { $0.digest < $1.digest }) }
            .sorted { $0.entries.lexicographicallyPrecedes($1.entries) }
    }
}
