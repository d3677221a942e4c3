internal import BerthArchive
internal import BerthSystem
internal import Synchronization
internal import SystemPackage

/// A lease that lives as long as its process: a file in `leases/` that the process keeps locked, through any sleep.
///
/// Each digest is in the file before anybody relies on the content. The file needs no fsync: a power cut ends the
/// process, and the lease with it.
final class HeldLease: Sendable {
    static let suffix = ".held"
    private let lock: FileLock
    private let path: FilePath
    private let state = Mutex<State>(State())

    private struct State {
        var digests: Set<Digest> = []
        var hasEnded = false
        /// Whether the last line may have been cut short, by a full disk.
        var isTorn = false
    }

    /// Locks the file before it gets its name, so a collection never sees a live lease unlocked.
    init(store: Store, purpose: String) throws {
        let name = UniqueName.make()
        let folder = store.root.appending("leases")
        let aside = folder.appending("\(name).new")
        path = folder.appending(name + Self.suffix)
        guard let lock = try FileLock.tryAcquire(aside, .exclusive, options: [.create, .exclusiveCreate]) else {
            throw BerthError(.failed, "cannot claim a lease", place: aside.string)
        }
        self.lock = lock
        let line = "# \(purpose.escaped), process \(Machine.processIdentifier), since \(Machine.now)\n"
        try self.lock.write(Array(line.utf8).span.bytes, aside)
        try Files.rename(aside, to: path)
    }

    /// Adds content; from the return on no collection removes it.
    func add(_ digest: Digest) throws {
        try state.withLock { state in
            guard !state.hasEnded else {
                throw BerthError(.failed, "the lease has ended already", place: path.string)
            }
            guard !state.digests.contains(digest) else { return }
            // Behind a line that was cut short the digest gets one of its own.
            let line = (state.isTorn ? "\n" : "") + "\(digest)\n"
            state.isTorn = true
            try lock.write(Array(line.utf8).span.bytes, path)
            state.isTorn = false
            state.digests.insert(digest)
        }
    }

    /// Gives everything up; a second call does nothing.
    func end() {
        state.withLock { state in
            guard !state.hasEnded else { return }
            state.hasEnded = true
            _ = try? Files.remove(path)
        }
    }
}
