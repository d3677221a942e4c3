internal import BerthArchive
internal import BerthReport
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

extension LocalCache {
    /// Saves trees under a key, in the job's own scope.
    ///
    /// `beside`: what follows a new entry and needs nothing but that it stands; it is done while the trees are noted.
    /// Throws `.conflict` where the key has other content, `.usage` where the job may not save or no path is there.
    package func save(
        _ paths: [SavedPath], as key: CacheKey, version: String, in access: ScopeAccess, cost: Double? = nil,
        now: Int64 = Machine.now, beside: @Sendable @escaping () async -> Void = {}
    ) async throws -> Saved {
        try access.requireSaving()
        Machine.prepareForTrees()
        try await offload { [store] in try PathFence(store).check(paths.map(\.path)) }
        let session = try store.beginCaching("saving the cache \(key.text.escaped)")
        defer { session.release() }
        let terms = EntryTerms(key: key, version: version, access: access, cost: cost)
        let content: Content
        do { content = try await self.content(paths, session) } catch let error as BerthError {
            throw error.outside(store, remedy: BerthError.unreadablePath)
        }
        switch content {
        case .entry(let entry):
            let outcome = try await offload { [self] in try put(entry, as: terms, now, session) }
            try await finish(outcome, session, beside) {}
            return outcome
        case .read(let saved, let walk, let unchanged):
            return try await add(saved, walk, unchanged, as: terms, now, session, beside)
        }
    }

    /// Makes an entry of what was saved, and notes what the trees look like.
    private func add(
        _ saved: TreeSaver.Saved, _ walk: TreeWalk, _ unchanged: UnchangedTrees, as terms: EntryTerms, _ now: Int64,
        _ session: IngestSession, _ beside: @Sendable @escaping () async -> Void
    ) async throws -> Saved {
        async let identity = offload { saved.manifest.identity }
        async let bodies = offload { unchanged.bodies(of: walk) }
        let manifest = try await offload { [self] in try store(saved.manifest, session) }
        let known = try await identity
        let entry = try await offload { [self] in try record(saved, manifest, known, session, terms, now) }
        async let lost = offload { saved.read > 0 ? LostAttributes(walk).note : nil }
        let outcome = try await offload { [self] in try put(entry, session) }
        let found = try await bodies
        // The entry first: what nobody misses must not take the last room on a disk.
        try await finish(outcome, session, beside) {
            unchanged.note(found, of: walk, isRead: saved.read > 0, in: entry, manifest.size)
        }
        try await lost.map(recorder.note)
        return outcome
    }

    /// Does what follows an entry that stands, all at the same time.
    private func finish(
        _ outcome: Saved, _ session: IngestSession, _ beside: @Sendable @escaping () async -> Void,
        _ note: @Sendable @escaping () -> Void
    ) async throws {
        // From here on the entry keeps what it needs; while the lease lasts, nobody could evict it.
        session.release()
        guard case .saved = outcome else { return try await offload(note) }
        async let isNoted: Void = offload(note)
        // The history first: whoever evicts goes by it.
        try await offload { [self] in log(outcome) }
        await beside()
        try await isNoted
    }

    /// Puts what an entry holds under another key.
    private func put(_ entry: CacheEntry, as terms: EntryTerms, _ now: Int64, _ session: IngestSession) throws -> Saved
    {
        let cost = recorder.cost(terms, now: now)
        return try put(CacheEntry(entry, terms, cost: cost, created: now), session)
    }

    /// What the paths hold.
    private enum Content: Sendable {
        /// Just what an entry holds.
        case entry(CacheEntry)
        case read(TreeSaver.Saved, TreeWalk, UnchangedTrees)
    }

    private func content(_ paths: [SavedPath], _ session: IngestSession) async throws -> Content {
        let unchanged = try await offload { [store] in UnchangedTrees(store, try FoundTree.find(paths)) }
        guard !unchanged.trees.isEmpty else {
            throw Self.nothingThere(paths.map(\.path.string).joined(separator: ", "))
        }
        let seen = try await unchanged.look()
        if let entry = try await offload({ try entry(seen.origin, session) }) { return .entry(entry) }
        async let contents = offload { [self] in try knownContents(of: seen, session) }
        var walk = try await TreeWalk(seen)
        let saver = TreeSaver(session: session, known: try await contents)
        let saved = try await saver.save(&walk, unchanged)
        return .read(saved, walk, unchanged)
    }

    /// The entry that holds trees just as they are; nil where it is gone, damaged, or another one by now.
    private func entry(_ origin: TreeRecord.Origin?, _ session: IngestSession) throws -> CacheEntry? {
        guard let origin, let record = try? store.entries.read(origin.entry), let entry = try? CacheEntry(record),
            entry.manifest == origin.manifest, try session.keep(entry.manifest, size: origin.size)
        else { return nil }
        return try entry.packs.allSatisfy { try session.keep($0.digest, size: $0.size) } ? entry : nil
    }

    static func nothingThere(_ place: String? = nil) -> BerthError {
        BerthError(
            .usage, "none of the paths is there", place: place, done: "nothing was saved",
            remedy: "run the step that fills them first")
    }

    /// What the store has; of the entries that the trees came from that is read already.
    private func knownContents(of seen: SeenTrees, _ session: IngestSession) throws -> KnownContents {
        let manifests = seen.manifests
        let entries = try catalog.list()
        let (noted, others) = (
            entries.filter { manifests.contains($0.manifest) }, entries.filter { !manifests.contains($0.manifest) }
        )
        let first = Self.packs(of: noted)
        let known = KnownContents((first + Self.packs(of: others)).unique, in: store, for: session)
        known.readAhead(first.count)
        return known
    }

    /// Packs of all entries, those of the newest first.
    func knownPacks() throws -> [StoredPack] { Self.packs(of: try catalog.list()) }

    private static func packs(of entries: [CacheEntry]) -> [StoredPack] {
        entries.sorted { $0.created > $1.created }.flatMap(\.packs).unique
    }

    /// A manifest's blob, and how much it adds.
    typealias StoredManifest = (digest: Digest, size: ByteCount)

    /// Stores a manifest.
    func store(_ manifest: TreeManifest, _ session: IngestSession) throws -> StoredManifest {
        var frames = try ZstdFrames.Writer(level: ManifestCoding.level)
        try ManifestCoding.encode(manifest) { try frames.add($0) }
        let bytes = try frames.finish()
        return (try session.add(bytes), ByteCount(bytes.count))
    }

    /// The entry that a save makes; `identity`: of its manifest.
    func record(
        _ saved: TreeSaver.Saved, _ manifest: StoredManifest, _ identity: Digest, _ session: IngestSession,
        _ terms: EntryTerms, _ now: Int64
    ) throws -> CacheEntry {
        for pack in saved.shared where try !session.keep(pack.digest, size: pack.size) {
            throw BerthError(
                .damaged, "the store lost the pack \(pack.digest) while it was being used",
                done: "nothing was saved", remedy: "run the same command again")
        }
        return CacheEntry(
            key: terms.key, scope: terms.access.own, version: terms.version, created: now, manifest: manifest.digest,
            identity: identity, packs: saved.shared + saved.packs, files: saved.manifest.fileCount,
            size: saved.manifest.byteCount, added: saved.packs.reduce(manifest.size) { $0 + $1.size },
            cost: recorder.cost(terms, now: now))
    }

    func add(_ entry: CacheEntry, _ session: IngestSession) throws -> Saved {
        let outcome = try put(entry, session)
        log(outcome)
        return outcome
    }

    private func log(_ outcome: Saved) { if case .saved(let entry) = outcome { recorder.saved(entry) } }

    private func put(_ entry: CacheEntry, _ session: IngestSession) throws -> Saved {
        try session.commit()
        let id = CacheEntry.id(entry.key, version: entry.version, in: entry.scope)
        for _ in 0..<3 {
            let bytes = try CanonicalJSON.encode(entry)
            if try session.retrying({ try store.entries.add(bytes, id: id) }) {
                return .saved(entry)
            }
            guard let there = try catalog.exact(entry.key, version: entry.version, in: entry.scope),
                try there.blobs.allSatisfy({ try session.keep($0, size: nil) })
            else {
                // What can't be restored any more holds no key.
                try store.entries.remove(id)
                continue
            }
            guard there.identity == entry.identity else { throw Self.conflict(entry, there) }
            return .present(there)
        }
        throw BerthError(
            .damaged, "the record of this key is damaged", place: "entries/\(id.hex).json",
            remedy: "remove the file: the key counts as a miss until then")
    }

    private static func conflict(_ new: CacheEntry, _ old: CacheEntry) -> BerthError {
        BerthError(
            .failed,
            "the key \(new.key.text.escaped) is taken by other content: \(old.identity.short) with \(old.files) "
                + "files, saved \(TimeText.of(old.created)); this is \(new.identity.short) with \(new.files) files",
            done: "nothing was changed: entries are written once",
            remedy: "put into the key what makes the contents differ")
    }
}

extension [StoredPack] {
    /// Each of them once, where it comes first.
    fileprivate var unique: [StoredPack] {
        var seen: Set<Digest> = []
        return filter { seen.insert($0.digest).inserted }
    }
}
