package import BerthArchive
package import BerthStore
internal import BerthSystem
package import SystemPackage

/// Entries that are kept unpacked in the store's `hot/`, for reflinks, snapshots and mounts.
///
/// Derived: any of them may be dropped at any time, and is made again from packs. Each has a folder named after its
/// manifest's digest, a file of facts that says that it is whole, and a lock that its users share.
package struct HotFolder: Sendable {
    package let root: FilePath
    let store: Store

    package init(_ store: Store) { (root, self.store) = (store.root.appending("hot"), store) }

    /// What is known of an entry that is kept unpacked.
    package struct Facts: Sendable, Codable, Equatable {
        /// Of its files.
        package var size: ByteCount
        package var files: Int
        /// What its trees are called; they lie in folders or files named by their numbers.
        package var labels: [String]
        /// The boot in which its files were written or hashed.
        package var verifiedIn: String
    }

    /// One of them, for lists and for those who drop.
    package struct Item: Sendable, Equatable {
        package let manifest: Digest
        package let facts: Facts
        /// Seconds since 1970.
        package let lastUse: Int64
        /// Where it is mounted.
        package let mounts: [String]
    }

    func folder(of manifest: Digest) -> FilePath { root.appending(manifest.hex) }
    func factsFile(of manifest: Digest) -> FilePath { root.appending("\(manifest.hex).json") }
    func lockFile(of manifest: Digest) -> FilePath { root.appending("\(manifest.hex).lock") }
    private func recordFile(_ manifest: Digest, _ tree: Int) -> FilePath {
        root.appending("\(manifest.hex).\(tree).files")
    }

    func facts(of manifest: Digest) -> Facts? {
        guard let bytes = try? Files.read(factsFile(of: manifest), limit: 1 << 16) else { return nil }
        return try? CanonicalJSON.decode(Facts.self, bytes)
    }

    func write(_ facts: Facts, of manifest: Digest) throws {
        try Files.writeAtomically(try CanonicalJSON.encode(facts), to: factsFile(of: manifest), isDurable: false)
    }

    /// What is known of the files of a tree of an entry; nil where there is no record.
    func record(of tree: HotTree) -> FileRecord? {
        guard let bytes = try? Files.read(recordFile(tree.manifest, tree.number), limit: 256 << 20) else { return nil }
        var decoder = ByteDecoder(bytes, of: "the record of a hot entry")
        return try? FileRecord(from: &decoder)
    }

    /// Notes what is known of the files of a tree.
    func write(
        _ files: some Collection<FileNote>, at moment: FileTime, content: (Int) -> FileContent, of tree: HotTree
    ) throws {
        let place = recordFile(tree.manifest, tree.number)
        try Files.writeAtomically(to: place, mode: 0o600, isDurable: false) { take in
            try FileRecord.encode(files, at: moment, content: content, take)
        }
    }

    /// All that are whole, the least recently used first.
    package func list() -> [Item] {
        let mounted = (try? MountTable())?.mounts.compactMap { mount in
            OverlayMount(mount).map { (entry: $0.entry, place: mount.place) }
        }
        let items: [Item] = ((try? Files.list(root)) ?? []).compactMap { name in
            guard name.hasSuffix(".json"), let manifest = try? Digest(hex: name.dropLast(5)),
                let facts = facts(of: manifest), let file = try? Files.facts(factsFile(of: manifest))
            else { return nil }
            let places = (mounted ?? []).filter { $0.entry == manifest }.map(\.place)
            return Item(manifest: manifest, facts: facts, lastUse: file.modified, mounts: places)
        }
        return items.sorted { ($0.lastUse, $0.manifest) < ($1.lastUse, $1.manifest) }
    }

    /// The manifests of entries that a mount shows; throws where the system does not say what is mounted.
    static func mounted() throws -> Set<Digest> {
        Set(try MountTable().mounts.compactMap { OverlayMount($0)?.entry })
    }

    /// Drops one, unless it is in use or mounted; false where it stays or was not there.
    @discardableResult
    package func drop(_ manifest: Digest) throws -> Bool {
        guard let mounted = try? Self.mounted(), !mounted.contains(manifest),
            let lock = try FileLock.tryAcquire(lockFile(of: manifest), .exclusive)
        else { return false }
        defer { withExtendedLifetime(lock) {} }
        let was = try Files.remove(factsFile(of: manifest))
        let above = try Folder(root)
        guard let name = Folder.Name(manifest.hex), let aside = Folder.Name(".old.\(UniqueNumber.text)") else {
            return false
        }
        if try above.facts(name) != nil {
            try above.rename(name, to: aside, in: above)
            try HotLanding.remove(aside, in: above)
        }
        let records = try Files.list(root).filter { $0.hasPrefix("\(manifest.hex).") && $0.hasSuffix(".files") }
        for name in records { try Files.remove(root.appending(name)) }
        try Files.remove(lockFile(of: manifest))
        return was
    }

    /// Drops the least recently used until all that are left take at most `budget`; returns what went.
    @discardableResult
    package func trim(to budget: ByteCount) throws -> [Item] {
        let items = list()
        var total = items.reduce(ByteCount(0)) { $0 + $1.facts.size }
        var dropped: [Item] = []
        for item in items where total > budget {
            guard try drop(item.manifest) else { continue }
            total = ByteCount(total.value - item.facts.size.value)
            dropped.append(item)
        }
        try sweep()
        return dropped
    }

    /// Removes what ended processes left half made, and the layers of mounts that are gone.
    private func sweep() throws {
        guard Files.exists(root) else { return }
        let above = try Folder(root)
        for name in try above.names() {
            let parts = name.string.split(separator: ".")
            guard name.string.hasPrefix("."), parts.count == 3, let process = Int32(parts[1]),
                !Machine.isRunning(process)
            else { continue }
            try? HotLanding.remove(name, in: above)
        }
        try OverlayMount.sweep(self)
    }
}

/// One tree of an entry that is kept unpacked.
struct HotTree: Sendable, Equatable {
    let manifest: Digest
    let number: Int

    init(_ manifest: Digest, _ number: Int) { (self.manifest, self.number) = (manifest, number) }

    /// `<hex>.<number>`.
    var text: String { "\(manifest.hex).\(number)" }

    init?(_ text: String) {
        let parts = text.split(separator: ".")
        guard parts.count == 2, let manifest = try? Digest(hex: parts[0]), let number = Int(parts[1]), number >= 0
        else { return nil }
        self.init(manifest, number)
    }
}

/// Numbers for names that nobody else has.
enum UniqueNumber {
    static var text: String { "\(Machine.processIdentifier).\(UInt64.random(in: .min ... .max))" }
}
