package import BerthArchive
internal import BerthRegistry
internal import BerthStore
internal import BerthSystem

/// What became of an entry that was to be pushed.
package struct PushedEntry: Sendable {
    package enum Fate: Sendable, Equatable {
        case sent
        /// The registry has the same content under that key.
        case present
        /// The registry has other content under that key, which stays.
        case taken(Digest)
    }

    package let entry: CacheEntry
    package let fate: Fate
    /// The manifest on the registry.
    package let digest: Digest
    /// Packs and other blobs that went over the network, and those that were there.
    package var sent = 0
    package var sentBytes = ByteCount(0)
    package var found = 0
    package var foundBytes = ByteCount(0)
    /// Expanded bytes that were packed anew, so that nobody fetches what the entry does not need.
    package var repacked = ByteCount(0)
}

/// Brings entries of the store into a repository of a registry.
struct EntryPusher: Sendable {
    let store: Store
    /// Writes to the repository.
    let client: RegistryClient

    /// Pushes an entry, and puts it into the list of its scope.
    ///
    /// Throws `.damaged` where the store lost a part of it; nothing that is there under its key is replaced by other content.
    func push(_ entry: CacheEntry) async throws -> PushedEntry {
        let tag = try EntryArtifact.tag(CacheEntry.id(entry.key, version: entry.version, in: entry.scope))
        if let there = try await known(tag), let about = EntryAnnotations(there.annotations) {
            guard about.identity == entry.identity else {
                return PushedEntry(entry: entry, fate: .taken(about.identity ?? there.digest), digest: there.digest)
            }
            if try await isWhole(there) {
                try await list(there, about, of: entry)
                return PushedEntry(entry: entry, fate: .present, digest: there.digest)
            }
        }
        let session = try store.beginIngest(purpose: "pushing the cache \(entry.key.text.escaped)")
        defer { session.release() }
        let (artifact, repacked) = try await offload { try prepare(entry, session) }
        let summary = try await ImagePusher(store: store, client: client)
            .push(artifact.manifest.digest, tags: [tag])
        try await list(artifact.manifest, EntryAnnotations(entry), of: entry)
        var pushed = PushedEntry(entry: entry, fate: .sent, digest: artifact.manifest.digest)
        (pushed.sent, pushed.sentBytes) = (summary.count(.uploaded), summary.bytes(.uploaded))
        (pushed.found, pushed.foundBytes) = (summary.count(.found), summary.bytes(.found))
        pushed.repacked = repacked
        return pushed
    }

    /// What lies under a tag and is an entry: anything else is replaced.
    private func known(_ tag: Tag) async throws -> RegistryManifest? {
        do {
            guard let found = try await client.manifest(.tag(tag)) else { return nil }
            return try EntryArtifact(found).manifest
        } catch let error as BerthError where error.status == .damaged { return nil }
    }

    private func isWhole(_ manifest: RegistryManifest) async throws -> Bool {
        try await inParallel(manifest.blobs, limit: 6) { [client] in
            try await client.hasBlob($0.digest, size: $0.size)
        }
        .allSatisfy { $0 }
    }

    /// Everything that goes over, in the store and leased.
    private func prepare(_ entry: CacheEntry, _ session: IngestSession) throws -> (EntryArtifact, ByteCount) {
        for blob in entry.blobs where try !session.keep(blob, size: nil) {
            throw BerthError(
                .damaged, "the store lacks \(blob), which the entry \(entry.key.text.escaped) needs",
                done: "nothing was pushed", remedy: "save it anew; `berth store check` lists all that is missing")
        }
        let (packed, repacked) = try Repacker(store: store, session: session).fit(entry)
        let record = try CanonicalJSON.encode(packed)
        let tree = ByteCount(try Files.facts(store.path(of: entry.manifest))?.size ?? 0)
        let artifact = try EntryArtifact(packed, record: record, tree: tree)
        _ = try session.add(record)
        _ = try session.add(artifact.manifest.bytes)
        try session.commit()
        return (artifact, repacked)
    }

    /// Puts an entry into the list of its scope and version; others may do so at the same moment.
    private func list(_ manifest: RegistryManifest, _ about: EntryAnnotations, of entry: CacheEntry) async throws {
        let item = EntryList.item(manifest, about)
        let index = SharedIndex(client: client, tag: try EntryList.tag(entry.scope, version: entry.version))
        // Twice: another writer whose registry knows no conditions may have taken ours out right after our look.
        for _ in 0..<2 where try await !put(item, into: index) {
            throw BerthError(
                .temporary, "the list of entries of \("\(entry.scope)".escaped) is written by others all the time",
                place: "\(client.repository)", done: "the entry itself is there", remedy: "run the same command again")
        }
    }

    private func put(_ item: EntryList.Item, into index: SharedIndex) async throws -> Bool {
        func change(dropping isPruned: Bool) async throws -> Bool {
            try await index.change { found in
                var list = EntryList(found)
                if isPruned { list.drop(try await missing(in: list)) }
                return list.add(item) ? try list.index() : nil
            }
        }
        do { return try await change(dropping: false) } catch let error as BerthError where error.status == .failed {
            // Registries refuse a list that names what they have lost.
            return try await change(dropping: true)
        }
    }

    private func missing(in list: EntryList) async throws -> Set<Digest> {
        let found = try await inParallel(list.items.map(\.manifest.digest), limit: 6) { [client] digest in
            try await client.manifest(.digest(digest)) == nil ? digest : nil
        }
        return Set(found.compactMap(\.self))
    }
}
