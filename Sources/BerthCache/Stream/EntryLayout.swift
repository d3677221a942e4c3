internal import BerthArchive
internal import BerthStore
internal import Synchronization

/// What all streams of an entry need to know: its manifest, and where its contents lie.
final class EntryLayout: Sendable {
    let manifest: TreeManifest
    let index: TreeIndex
    let uses: ChunkUses
    let packs: [Digest]
    let places: ContentPlaces

    /// Throws `.damaged` where the store lost something.
    init(_ entry: CacheEntry, in store: Store) throws {
        manifest = try store.manifest(entry.manifest)
        index = TreeIndex(manifest)
        uses = ChunkUses(manifest) { _ in true }
        packs = entry.packs.map(\.digest)
        places = try ContentPlaces(manifest, uses, packs: packs, in: store)
    }
}

/// The layouts that streams use now: that of 400,000 files takes 60 MB, and the streams of one entry share it.
package final class OpenLayouts: Sendable {
    private struct Name: Hashable {
        let manifest: Digest
        let packs: [Digest]
    }

    private struct Holder {
        weak var layout: EntryLayout?
    }

    private let holders = Mutex<[Name: Holder]>([:])

    package init() {}

    /// Whoever comes while a layout is made waits for it.
    ///
    /// Blocks.
    func layout(of entry: CacheEntry, in store: Store) throws -> EntryLayout {
        let name = Name(manifest: entry.manifest, packs: entry.packs.map(\.digest))
        return try holders.withLock { holders in
            if let layout = holders[name]?.layout { return layout }
            holders = holders.filter { $0.value.layout != nil }
            let layout = try EntryLayout(entry, in: store)
            holders[name] = Holder(layout: layout)
            return layout
        }
    }
}
