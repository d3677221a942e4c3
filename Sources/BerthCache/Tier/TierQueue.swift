internal import BerthArchive
internal import BerthRegistry
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Entries that are still to be sent to a repository: a small file each in `tier/`, so that they outlive the process.
///
/// A record of the queue keeps no blob: what was evicted before it was sent is not sent.
struct TierQueue: Sendable {
    let store: Store
    let repository: Repository

    /// What waited longer is given up: the registry refuses it, or nobody uses this machine any more.
    static let patience: Int64 = 7 * 86_400

    struct Item: Codable, Equatable, Sendable {
        /// The entry's record.
        let entry: Digest
        let repository: String
        /// Seconds since 1970.
        let since: Int64
    }

    private var folder: FilePath { store.root.appending("tier") }

    /// Adds an entry; one that waits already keeps its place.
    func add(_ entry: Digest, now: Int64) throws {
        try Files.makeDirectory(folder)
        let place = path(entry)
        guard !Files.exists(place) else { return }
        let item = Item(entry: entry, repository: "\(repository)", since: now)
        try Files.writeAtomically(try CanonicalJSON.encode(item), to: place)
        try Files.commitDirectory(folder)
    }

    func remove(_ entry: Digest) throws { try Files.remove(path(entry)) }

    /// What waits for this repository, the oldest first; files that nobody can read are removed.
    func list() throws -> [Item] {
        let names = try Files.list(folder).filter { $0.hasPrefix(prefix) && $0.hasSuffix(".json") }
        let items = try names.compactMap { name -> Item? in
            let place = folder.appending(name)
            if let item = try? CanonicalJSON.decode(Item.self, Files.read(place, limit: 1 << 16)) { return item }
            try Files.remove(place)
            return nil
        }
        return items.sorted { ($0.since, $0.entry) < ($1.since, $1.entry) }
    }

    /// Names are digests: none derives from an address or a key.
    private var prefix: String { "send-\(Digest.of("\(repository)").short)-" }

    private func path(_ entry: Digest) -> FilePath { folder.appending("\(prefix)\(entry.hex).json") }
}

extension TierQueue {
    /// Whoever sends, so that no two processes send the same; nil while another one does.
    final class Sender: Sendable {
        private let lock: FileLock

        private init(_ lock: consuming FileLock) { self.lock = lock }

        static func take(in store: Store) throws -> Sender? {
            try Files.makeDirectory(store.root.appending("tier"))
            let path = store.root.pushing("tier/sending.lock")
            guard let lock = try FileLock.tryAcquire(path, .exclusive) else { return nil }
            return Sender(lock)
        }
    }
}
