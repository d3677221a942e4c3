package import BerthArchive
internal import BerthStore
internal import BerthSystem

/// One saved cache: key, scope, manifest, sizes, cost.
///
/// Written once; only the packs that hold its contents may become others.
package struct CacheEntry: Sendable, Codable, Equatable {
    package let key: CacheKey
    package let scope: Scope
    /// What must be equal besides the key: the profile's version of its contents (toolchain, paths).
    package let version: String
    /// Seconds since 1970.
    package internal(set) var created: Int64
    /// The blob with the manifest, in zstd frames.
    package let manifest: Digest
    /// The content without times: what tells two entries of one key apart.
    package let identity: Digest
    package internal(set) var packs: [StoredPack]
    package let files: Int
    /// Of all files together.
    package let size: ByteCount
    /// What this save added to the store.
    package internal(set) var added: ByteCount
    /// Seconds that it took to make the content; nil where nobody measured.
    package let cost: Double?
    /// Everything that the record keeps alive.
    package internal(set) var blobs: [Digest]

    /// Names what the entry consists of now: saved anew, or with its packs made anew, it has another one.
    package var state: Digest { Digest.of(blobs.map(\.hex).joined(separator: "\n")) }

    /// The name of a record: scope, version and key, each with its length.
    static func id(_ key: CacheKey, version: String, in scope: Scope) -> Digest {
        let parts = [scope.repository, scope.reference, version, key.text]
        return Digest.of(parts.map { "\($0.utf8.count):\($0)" }.joined())
    }

    /// Reads a record; throws `.damaged` where it is none.
    init(_ record: EntryRecord) throws {
        do { self = try CanonicalJSON.decode(CacheEntry.self, record.record) } catch {
            throw BerthError(
                .damaged, "the record of a cache entry is damaged", place: "entries/\(record.id.hex).json",
                remedy: "remove it with `berth cache evict`, or delete the file", cause: error)
        }
    }

    /// What an entry holds, under another key.
    init(_ entry: CacheEntry, _ terms: EntryTerms, cost: Double?, created: Int64) {
        self.init(
            key: terms.key, scope: terms.access.own, version: terms.version, created: created,
            manifest: entry.manifest, identity: entry.identity, packs: entry.packs, files: entry.files,
            size: entry.size, added: ByteCount(0), cost: cost)
    }

    init(
        key: CacheKey, scope: Scope, version: String, created: Int64, manifest: Digest, identity: Digest,
        packs: [StoredPack], files: Int, size: ByteCount, added: ByteCount, cost: Double?
    ) {
        (self.key, self.scope, self.version, self.created) = (key, scope, version, created)
        (self.manifest, self.identity, self.packs) = (manifest, identity, packs)
        (self.files, self.size, self.added, self.cost) = (files, size, added, cost)
        blobs = [manifest] + packs.map(\.digest)
    }
}
