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
    /// One for all streams: what one of them hashed, the others need not hash.
    let shelf: PackShelf

    /// Throws `.damaged` where the store lost something.
    init(_ entry: CacheEntry, in store: Store) throws {
        manifest = try store.manifest(entry.manifest)
        index = TreeIndex(manifest)
        uses = ChunkUses(manifest) { _ in true }
        packs = entry.packs.map(\.digest)
        places = try ContentPlaces(manifest, uses, packs: packs, in: store)
        shelf = try PackShelf(store, verify: false)
    }
}

/// The layouts that streams use now: that of 400,000 files takes 60 MB, and the streams of one entry share it.
package final class OpenLayouts: Sendable {
    /// Where one layout is while somebody uses it.
    private final class Slot: Sendable {
        struct State {
            weak var layout: EntryLayout?
        }

        let state = Mutex(State())

        /// Whether nobody uses it or is making it.
        var isIdle: Bool { state.withLockIfAvailable { $0.layout == nil } ?? false }
    }

    /// By the state of the entry.
    private let slots = Mutex<[Digest: Slot]>([:])

    package init() {}

    /// Whoever comes while this layout is made waits for it.
    ///
    /// Blocks.
    func layout(of entry: CacheEntry, in store: Store) throws -> EntryLayout {
        let slot = slots.withLock { slots in
            if let slot = slots[entry.state] { return slot }
            slots = slots.filter { !$0.value.isIdle }
            let slot = Slot()
            slots[entry.state] = slot
            return slot
        }
        return try slot.state.withLock { state in
            if let layout = state.layout { return layout }
            let layout = try EntryLayout(entry, in: store)
            state.layout = layout
            return layout
        }
    }
}
