internal import BerthArchive
internal import BerthReport
package import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Saves and restores in a store that this process opens itself.
package struct LocalCache: Sendable {
    let store: Store
    let catalog: EntryCatalog
    /// Notes what happens, for figures.
    package let recorder: CacheRecorder

    package init(_ store: Store) {
        (self.store, catalog, recorder) = (store, EntryCatalog(store), CacheRecorder(store))
    }

    /// What a save came to.
    package enum Saved: Sendable {
        case saved(CacheEntry)
        /// The same content was there already.
        case present(CacheEntry)
    }

    /// Restores an entry's trees to their places; on failure everything is as it was.
    ///
    /// Throws `.damaged` where the store lost something.
    package func restore(
        _ entry: CacheEntry, to destinations: [Destination], options: RestoreOptions = RestoreOptions()
    ) async throws -> RestoreOutcome {
        Machine.prepareForTrees()
        let session = try await offload { [store] in try store.hold(entry, "restoring") }
        defer { session?.release() }
        let source = RestoreSource(entry, in: store)
        do {
            return try await TreeRestorer(store: store, source: source, options: options).restore(to: destinations)
        } catch let error as BerthError { throw error.outside(store, remedy: BerthError.unwritablePlace) }
    }

    /// Keeps an entry unpacked from now on, so that restores share its files.
    package func warm(_ entry: CacheEntry, options: RestoreOptions = RestoreOptions()) async throws {
        Machine.prepareForTrees()
        let session = try await offload { [store] in try store.hold(entry, "unpacking") }
        defer { session?.release() }
        let shelf = try PackShelf(store, verify: options.verify)
        try await WayFinder(store: store, source: RestoreSource(entry, in: store), options: options, shelf: shelf)
            .warm()
    }

    static func lost(_ blob: Digest) -> BerthError {
        BerthError(
            .damaged, "the store lacks \(blob), which the entry needs", done: "nothing was restored",
            remedy: "the next save stores it anew; `berth store check` lists all that is missing")
    }
}
