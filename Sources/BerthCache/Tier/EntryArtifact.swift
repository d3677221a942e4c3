internal import BerthArchive
internal import BerthRegistry
internal import BerthReport
internal import BerthStore
internal import BerthSystem

/// A cache entry as a registry keeps it (image-spec, manifest.md, "Guidelines for Artifact Usage"): the configuration is its
/// record, the first layer its tree, the other layers its packs.
///
/// Packs are layers as they lie in the store: what another entry has brought is not sent again.
struct EntryArtifact {
    static let type = "application/vnd.berth.cache.entry.v1"
    static let recordType = "application/vnd.berth.cache.entry.v1+json"
    static let treeType = "application/vnd.berth.cache.tree.v1+zstd"
    static let packType = "application/vnd.berth.cache.pack.v1+zstd"

    let manifest: RegistryManifest
    let record: ContentDescriptor
    let tree: ContentDescriptor
    let packs: [ContentDescriptor]

    /// No record is larger; it is held in memory.
    static let mostRecord = ByteCount(4 << 20)
    /// No tree that comes from elsewhere is larger, which is more than a million files: it is held in memory.
    static let mostTree = ByteCount(128 << 20)
    /// Nothing larger is fetched: far above what a job can unpack while somebody waits.
    private static let most = ByteCount(100 << 30)

    private struct Document: Encodable {
        var schemaVersion = 2
        var mediaType = ManifestType.image.rawValue
        var artifactType = EntryArtifact.type
        var config: ContentDescriptor
        var layers: [ContentDescriptor]
        var annotations: [String: String]
    }

    /// The artifact of an entry; `record` and `tree` are the sizes of those blobs.
    ///
    /// Throws where it is larger than what is pulled.
    init(_ entry: CacheEntry, record: [UInt8], tree size: ByteCount) throws {
        self.record = ContentDescriptor(
            mediaType: Self.recordType, digest: Digest.of(record), size: ByteCount(record.count))
        tree = ContentDescriptor(mediaType: Self.treeType, digest: entry.manifest, size: size)
        packs = entry.packs.map { ContentDescriptor(mediaType: Self.packType, digest: $0.digest, size: $0.size) }
        let document = Document(
            config: self.record, layers: [tree] + packs, annotations: EntryAnnotations(entry).all(entry))
        manifest = try RegistryManifest(try CanonicalJSON.encode(document))
        _ = try EntryArtifact(manifest)
    }

    /// Reads one; throws `.damaged` for what is no entry, or has parts larger than any entry's.
    init(_ manifest: RegistryManifest) throws {
        guard manifest.type == .image, manifest.artifactType == Self.type, let record = manifest.config,
            record.mediaType == Self.recordType, let tree = manifest.layers.first, tree.mediaType == Self.treeType
        else { throw Self.unusable(manifest, "it is none of Berth's") }
        packs = Array(manifest.layers.dropFirst())
        guard packs.allSatisfy({ $0.mediaType == Self.packType }) else {
            throw Self.unusable(manifest, "it has layers of another kind")
        }
        let all = packs.reduce(tree.size) { $0 + $1.size }
        guard tree.size <= Self.mostTree, packs.allSatisfy({ $0.size <= PackReader.largest }), all <= Self.most else {
            throw Self.unusable(manifest, "its parts are larger than those of any entry")
        }
        (self.manifest, self.record, self.tree) = (manifest, record, tree)
    }

    /// The tag under which the entry of a scope, version and key lies: 70 letters and digits, whatever the key is.
    static func tag(_ id: Digest) throws -> Tag { try Tag("entry-\(id.hex)") }

    private static func unusable(_ manifest: RegistryManifest, _ reason: String) -> BerthError {
        BerthError(
            .damaged, "this is no cache entry: \(reason)", place: "\(manifest.digest)", done: "nothing of it was used",
            remedy: "give the cache a repository of its own, which nobody else writes to")
    }
}

/// What a manifest and a list say of an entry, as data: keys may hold any text.
///
/// Whoever reads it takes it as a hint only; what counts is the record.
struct EntryAnnotations: Equatable {
    let key: String
    let created: Int64
    let identity: Digest?

    private static let prefix = "vnd.berth.cache."

    init(_ entry: CacheEntry) { (key, created, identity) = (entry.key.text, entry.created, entry.identity) }

    /// Nil where there is no key or no date.
    init?(_ annotations: [String: String]?) {
        guard let annotations, let key = annotations[Self.prefix + "key"],
            let created = annotations[Self.prefix + "created"].flatMap({ Int64($0) })
        else { return nil }
        (self.key, self.created) = (key, created)
        identity = annotations[Self.prefix + "identity"].flatMap { try? Digest($0) }
    }

    /// What stands in a list: as little as a lookup needs.
    var short: [String: String] {
        var all = [Self.prefix + "key": key, Self.prefix + "created": "\(created)"]
        all[Self.prefix + "identity"] = identity.map { "\($0)" }
        return all
    }

    /// What stands in the manifest, also for people and other tools.
    func all(_ entry: CacheEntry) -> [String: String] {
        short.merging([
            Self.prefix + "repository": entry.scope.repository, Self.prefix + "reference": entry.scope.reference,
            Self.prefix + "version": entry.version, "org.opencontainers.image.created": TimeText.of(entry.created),
        ]) { first, _ in first }
    }
}
