internal import BerthArchive
internal import BerthRegistry
internal import BerthStore
internal import BerthSystem

/// The entries of one scope and version on a registry: an OCI index under a tag, the newest first, for lookups by prefix.
struct EntryList {
    struct Item: Equatable {
        let manifest: ContentDescriptor
        let about: EntryAnnotations

        /// Keeps nothing of what others wrote beside it.
        fileprivate init(_ manifest: ContentDescriptor, _ about: EntryAnnotations) {
            self.manifest = ContentDescriptor(
                mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.size,
                artifactType: EntryArtifact.type, annotations: about.short)
            self.about = about
        }

        /// More bytes than it takes in a list: of a key's characters none takes more than twice its own.
        fileprivate var room: Int { 2 * about.key.utf8.count + 600 }
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
            guard entry.mediaType == ManifestType.image.rawValue, entry.artifactType == EntryArtifact.type,
                let about = EntryAnnotations(entry.annotations), (try? CacheKey(about.key)) != nil
            else { return nil }
            return Item(entry, about)
        }
        .sorted(by: Self.precedes)
    }

    /// An item for the list of an entry's scope.
    static func item(_ manifest: RegistryManifest, _ about: EntryAnnotations) -> Item {
        Item(manifest.descriptor, about)
    }

    /// Puts an entry in, in place of any of the same key; false where it is there already, or is older than all that there
    /// is room for.
    mutating func add(_ item: Item) -> Bool {
        guard !items.contains(item) else { return false }
        items.removeAll { $0.about.key.utf8.elementsEqual(item.about.key.utf8) }
        items.insert(item, at: items.firstIndex { Self.precedes(item, $0) } ?? items.endIndex)
        trim()
        return items.contains(item)
    }

    /// Leaves out the oldest beyond the bounds.
    private mutating func trim() {
        var (count, bytes) = (0, 1 << 10)
        for item in items.prefix(Self.most) {
            bytes += item.room
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

    private static func precedes(_ left: Item, _ right: Item) -> Bool {
        (left.about.created, left.about.key, left.manifest.digest)
            > (right.about.created, right.about.key, right.manifest.digest)
    }
}
