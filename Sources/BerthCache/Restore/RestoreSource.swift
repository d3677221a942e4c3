internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import Synchronization

/// An entry as a restore needs it; its manifest is read when somebody asks for it, for a snapshot or mount needs none.
final class RestoreSource: Sendable {
    /// Of the manifest's blob: the name that the entry has in `hot/`.
    let digest: Digest
    let size: ByteCount
    let packs: [Digest]
    /// The name of the entry's record.
    let entry: Digest
    private let store: Store
    private let read = Mutex<TreeManifest?>(nil)

    init(_ entry: CacheEntry, in store: Store) {
        (digest, size, self.store) = (entry.manifest, entry.size, store)
        packs = entry.packs.map(\.digest)
        self.entry = CacheEntry.id(entry.key, version: entry.version, in: entry.scope)
    }

    /// Throws `.damaged` where it cannot be read.
    func manifest() throws -> TreeManifest {
        try read.withLock { read in
            if let read { return read }
            let manifest = try store.manifest(digest)
            read = manifest
            return manifest
        }
    }

    /// Of the manifest's blob; nil where it is gone.
    var manifestSize: ByteCount? {
        (try? Files.facts(store.path(of: digest)))?.map { ByteCount($0.size) } ?? nil
    }

    /// The place of each tree, in the manifest's order.
    func places(_ destinations: [Destination]) throws -> [Destination] {
        let labels = try HotFolder(store).facts(of: digest)?.labels ?? manifest().labels
        return try labels.map { label in
            guard let destination = destinations.first(where: { $0.label == label }) else {
                throw BerthError(
                    .usage, "the entry has a tree \(label.escaped), and nothing says where it goes",
                    remedy: "name a place for it, or save the entry anew with this profile")
            }
            return destination
        }
    }
}

/// A way that is not possible here, and why.
struct WayRefused: Error {
    let reason: String
}
