package import BerthArchive
internal import BerthSystem
internal import Synchronization
internal import SystemPackage

/// One batch of blobs: each is written aside, hashed on the way, checked, ordered to disk and renamed.
///
/// It holds a lease on all it adds or finds, so nothing of it is collected before `release()`. Use it from several
/// tasks at once.
package final class IngestSession: Sendable {
    let store: Store
    private let lease: HeldLease
    private let batch = Mutex(Batch())
    private let room: RoomOnDemand

    /// What happened since the last commit, for the index.
    private struct Batch {
        var added: [Digest: ByteCount] = [:]
        var found: Set<Digest> = []
    }

    init(store: Store, purpose: String, room: RoomOnDemand = RoomOnDemand(nil)) throws {
        (self.store, self.room) = (store, room)
        lease = try room.retrying(ByteCount(0)) { try HeldLease(store: store, purpose: purpose) }
    }

    deinit { lease.end() }

    /// Opens a writer for one blob; what it must hash to and its size are checked where they are known.
    package func writer(expecting: Digest? = nil, size: ByteCount? = nil) throws -> BlobWriter {
        BlobWriter(session: self, file: try IngestFile.fresh(in: store), expected: expecting, size: size)
    }

    /// Opens a writer whose half-written file outlives this process; `written` says how far an earlier one came.
    package func resumableWriter(expecting: Digest, size: ByteCount?) throws -> BlobWriter {
        guard let file = try IngestFile.partial(of: expecting, in: store) else {
            return try writer(expecting: expecting, size: size)
        }
        var writer = BlobWriter(session: self, file: file, expected: expecting, size: size)
        try writer.resume()
        return writer
    }

    /// Adds a small blob; content that is there already is leased and kept.
    package func add(_ bytes: [UInt8]) throws -> Digest {
        let digest = Digest.of(bytes)
        return try room.retrying(ByteCount(bytes.count)) {
            if try keepOnce(digest, size: ByteCount(bytes.count)) { return digest }
            var writer = try writer(expecting: digest, size: ByteCount(bytes.count))
            try writer.append(bytes.span.bytes)
            return try writer.finish()
        }
    }

    /// Leases a blob, then looks for it: true when it is there with that size, and it stays.
    package func keep(_ digest: Digest, size: ByteCount?) throws -> Bool {
        try room.retrying(ByteCount(0)) { try keepOnce(digest, size: size) }
    }

    /// Does work of this session that writes into the store; where its disk is full, room is made, and it is done again.
    package func retrying<Value>(_ work: () throws -> Value) throws -> Value {
        try room.retrying(ByteCount(0), work)
    }

    private func keepOnce(_ digest: Digest, size: ByteCount?) throws -> Bool {
        try lease.add(digest)
        try MovingPhase(store: store).waitUntilOver()
        guard store.contains(digest, size: size) else { return false }
        batch.withLock { _ = $0.found.insert(digest) }
        return true
    }

    /// Makes all that was added durable; the lease stays until `release()`.
    package func commit() throws {
        let done = batch.withLock { batch in
            defer { batch = Batch() }
            return batch
        }
        guard !done.added.isEmpty else { return }
        try Files.commitDirectory(store.root.pushing("blobs/sha256"))
        // Derived: whatever fails here, the next check or repair finds the blobs by themselves.
        try? BlobIndex(store: store).note(done.added, found: done.found, now: Machine.now)
    }

    /// Ends the lease: from now on only versions, pins and other leases keep the content.
    package func release() { lease.end() }

    /// Gives a checked file its digest as name, unless the content is there already.
    func install(_ file: IngestFile, as digest: Digest, size: ByteCount) throws {
        guard try !keepOnce(digest, size: size) else { return file.remove() }
        try file.install(at: store.path(of: digest))
        batch.withLock { $0.added[digest] = size }
    }
}
