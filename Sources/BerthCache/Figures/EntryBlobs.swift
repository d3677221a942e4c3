internal import BerthArchive
internal import BerthStore
internal import BerthSystem

/// The parts of an entry that are in the store, with their sizes there.
struct EntryBlobs {
    let blobs: [EvictionCandidate.Blob]

    init(_ entry: CacheEntry, in store: Store) {
        blobs = Set(entry.blobs).compactMap { digest in
            guard store.contains(digest), let facts = try? Files.facts(store.path(of: digest)) else { return nil }
            return .init(digest: digest, size: facts.size)
        }
    }
}
