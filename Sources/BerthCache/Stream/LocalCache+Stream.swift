package import BerthArchive
internal import BerthStore
package import BerthSystem
internal import Synchronization

/// An entry that goes out as a tar stream; what it needs stays in the store as long as it is held.
package final class OutgoingEntry: Sendable {
    private let tar: Mutex<EntryTar>
    private let session: IngestSession?

    /// `marker`: the place of an empty file that comes last.
    ///
    /// Throws `.damaged` where the store lost something, `.usage` where a tree has no place.
    package init(
        _ entry: CacheEntry, _ part: StreamPart, of layouts: OpenLayouts, from cache: LocalCache,
        places: [StreamPlace], marker: StreamPlace?
    ) throws {
        let store = cache.store
        session = try store.hold(entry, "sending")
        let layout = try layouts.layout(of: entry, in: store)
        let roots = try layout.manifest.labels.map { label in
            guard let place = places.first(where: { $0.label == label }) else { throw Self.placeless(label) }
            return place.name
        }
        tar = Mutex(try EntryTar(layout, part, roots: roots, marker: marker?.name))
    }

    deinit { session?.release() }

    /// Gives `take` the next bytes, which are good for that call; nil behind the end.
    ///
    /// Blocks.
    package func next<Result: Sendable>(_ take: @Sendable ([UInt8]) throws -> Result) throws -> Result? {
        try tar.withLock { try $0.next(take) }
    }

    private static func placeless(_ label: String) -> BerthError {
        BerthError(
            .usage, "the entry has a tree \(label.escaped), and nothing says where it goes",
            remedy: "name a place for it, or save the entry anew with this profile")
    }
}

/// A key that has other content already.
package struct EntryConflict: Error {
    package let error: BerthError
}

/// A save whose trees arrive as a tar stream; nothing is left of one that is not finished.
package final class IncomingEntry: Sendable {
    private let save: Mutex<TarSave>
    private let session: IngestSession
    private let cache: LocalCache
    private let terms: EntryTerms

    /// `excludes`: by a tree's name, patterns of what is left out of it.
    ///
    /// Throws `.usage` where the job may not save, or the places can't be told apart.
    package init(
        _ terms: EntryTerms, into cache: LocalCache, places: [StreamPlace], excludes: [String: [String]] = [:],
        limits: TarStreamReader.Limits = TarStreamReader.Limits()
    ) throws {
        try terms.access.requireSaving()
        try StreamPlace.check(places)
        (self.cache, self.terms) = (cache, terms)
        session = try cache.store.beginCaching("receiving the cache \(terms.key.text.escaped)")
        let known = KnownContents(try cache.knownPacks(), in: cache.store, for: session)
        let tree = try ArrivingTree(places, excludes: excludes.mapValues { try Glob(inTree: $0) })
        save = Mutex(try TarSave(tree, session: session, known: known, limits: limits))
    }

    deinit { session.release() }

    /// Takes the next bytes.
    ///
    /// Blocks.
    package func feed(_ bytes: [UInt8]) throws { try save.withLock { try $0.feed(bytes) } }

    /// Makes the entry.
    ///
    /// Throws `EntryConflict` where the key has other content.
    package func finish(now: Int64 = Machine.now) throws -> LocalCache.Saved {
        let saved = try save.withLock { try $0.finish() }
        guard !saved.manifest.members.isEmpty else { throw LocalCache.nothingThere() }
        let manifest = try cache.store(saved.manifest, session)
        let entry = try cache.record(saved, manifest, saved.manifest.identity, session, terms, now)
        do { return try cache.add(entry, session) } catch let error as BerthError where error.status == .failed {
            let there = try cache.catalog.exact(terms.key, version: terms.version, in: terms.access.own)
            guard let there, there.identity != entry.identity else { throw error }
            throw EntryConflict(error: error)
        }
    }
}

/// What a save is made under.
package struct EntryTerms: Sendable {
    package let key: CacheKey
    package let version: String
    package let access: ScopeAccess
    /// Seconds that it took to make the content.
    package let cost: Double?

    package init(key: CacheKey, version: String, access: ScopeAccess, cost: Double?) {
        (self.key, self.version, self.access, self.cost) = (key, version, access, cost)
    }
}

extension ScopeAccess {
    /// Throws `.usage` where the job may not save.
    func requireSaving() throws {
        guard !maySave else { return }
        throw BerthError(
            .usage, "this job may read caches, and not save them", done: "nothing was saved",
            remedy: "save from a job that strangers cannot set off, such as one of a push")
    }
}

extension EntryCatalog {
    /// The entry of an id; nil where there is none, and where the job can't see it.
    package func entry(_ id: Digest, in access: ScopeAccess) -> CacheEntry? {
        guard let record = try? store.entries.read(id), let entry = try? CacheEntry(record) else { return nil }
        return access.readable.contains { $0.isSame(as: entry.scope) } ? entry : nil
    }
}
