internal import BerthArchive
internal import BerthRegistry
internal import BerthStore
internal import BerthSystem

/// The entries of one scope and version on a registry: an OCI index under a tag, the newest first, for lookups by prefix.
struct EntryList {
    struct Item: Equatable {
        let manifest: ContentDescriptor
        let about: EntryAnnotations
    }

    private(set) var items: [Item] = []

    /// Entries that a list has at most; the oldest go first.
    static let most = 500
    /// Of the list's bytes: below what registries take as a manifest, 4 MiB.
    static let mostBytes = 3 << 20

    private struct Document: Encodable {
        var schemaVersion = 2
        var mediaType = ManifestType.index.rawValue
        var artifactType = "application/vnd.berth.cache.list.v1"
        var manifests: [ContentDescriptor]
    }

    /// The tag of the list of a scope and version.
    static func tag(_ scope: Scope, version: String) throws -> Tag {
        let parts = [scope.repository, scope.reference, version]
        return try Tag("list-" + Digest.of(parts.map { "\($0.utf8.count):\($0)" }.joined()).hex)
    }

    /// Reads a list; what is no entry is left out.
    init(_ index: RegistryManifest?) {
        items = (index?.manifests ?? []).compactMap { entry in
            guard entry.mediaType == ManifestType.image.rawValue, entry.artifactType == EntryArtifact.type else {
                return nil
            }
            return EntryAnnotations(entry.annotations).map { Item(manifest: entry, about: $0) }
        }
        sort()
    }

    /// An item for the list of an entry's scope.
    static func item(_ manifest: RegistryManifest, _ about: EntryAnnotations) -> Item {
        var entry = manifest.descriptor
        entry.artifactType = EntryArtifact.type
        entry.annotations = about.short
        return Item(manifest: entry, about: about)
    }

    /// Puts an entry in, in place of any of the same key; false where it is there already, or is older than all that there
    /// is room for.
    mutating func add(_ item: Item) throws -> Bool {
        guard !items.contains(item) else { return false }
        items.removeAll { $0.about.key.utf8.elementsEqual(item.about.key.utf8) }
        items.append(item)
        sort()
        try trim()
        return items.contains(item)
    }

    /// Leaves out the oldest beyond the bounds.
    private mutating func trim() throws {
        var (count, bytes) = (0, 1 << 10)
        for item in items.prefix(Self.most) {
            bytes += try CanonicalJSON.encode(item.manifest).count + 1
            guard bytes <= Self.mostBytes else { break }
            count += 1
        }
        items.removeLast(items.count - count)
    }

    /// Takes out what is not on the registry any more.
    mutating func drop(_ digests: Set<Digest>) { items.removeAll { digests.contains($0.manifest.digest) } }

    /// As a registry takes it.
    func index() throws -> RegistryManifest {
        try RegistryManifest(try CanonicalJSON.encode(Document(manifests: items.map(\.manifest))))
    }

    /// The entries whose keys begin so, the newest first.
    func matching(_ prefix: CacheKey) -> [Item] { items.filter { $0.about.key.utf8.starts(with: prefix.text.utf8) } }

    private mutating func sort() {
        items.sort {
            ($0.about.created, $0.about.key, $0.manifest.digest) > ($1.about.created, $1.about.key, $1.manifest.digest)
        }
    }
}
