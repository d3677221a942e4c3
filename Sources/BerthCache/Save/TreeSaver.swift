internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import Synchronization

/// Turns trees into a manifest and packs.
struct TreeSaver: Sendable {
    let session: IngestSession
    let known: KnownContents
    /// Threads that read, hash and compress.
    var width = WorkQueue.width

    /// A saved tree: the manifest, and the packs that hold its contents.
    struct Saved: Sendable {
        var manifest: TreeManifest
        /// Packs of entries that are kept.
        var shared: [StoredPack] = []
        /// Packs that this save added.
        var packs: [StoredPack] = []
        /// How many files were read.
        var read = 0
    }

    /// What was read of trees.
    private struct Filled: Sendable {
        var contents: WalkContents
        /// How many files were read.
        var read = 0
        var packs: [StoredPack] = []
        /// Packs in pieces, which nobody put together so far.
        var open: [[PackPiece]] = []
    }

    /// Saves what was walked; files that did not change since their content was noted are not read.
    ///
    /// The walk's manifest gets its chunks; several threads share the reading.
    func save(_ walk: inout TreeWalk, _ unchanged: UnchangedTrees? = nil) async throws -> Saved {
        let filled = try await read(walk, unchanged)
        async let last = offload { [self] in try filled.open.map { try store($0) } }
        let shared = try await end(&walk, filled.contents)
        return Saved(
            manifest: walk.manifest, shared: shared, packs: filled.packs + (try await last), read: filled.read)
    }

    /// Reads what changed, and what the store lost.
    private func read(_ walk: TreeWalk, _ unchanged: UnchangedTrees?) async throws -> Filled {
        let found = try await offload {
            unchanged?.find(walk) ?? UnchangedTrees.Found(contents: WalkContents(walk), changed: walk.files)
        }
        guard found.isPartial else { return try await fill(found, walk) }
        async let asked = offload { [known] in try found.lost(known) }
        var filled = try await fill(found, walk)
        let lost = try await asked
        guard !lost.isEmpty else { return filled }
        let more = try await fill(.init(contents: filled.contents, changed: lost), walk)
        (filled.contents, filled.read) = (more.contents, filled.read + more.read)
        filled.packs += more.packs
        filled.open += more.open
        return filled
    }

    /// Gives the walk its contents; returns the packs of others that they need.
    private func end(_ walk: inout TreeWalk, _ contents: WalkContents) async throws -> [StoredPack] {
        // What is known of contents is as large as the trees, and so is their table: not both for large ones.
        guard walk.states.count <= TreeRecord.most else {
            let packs = known.end(neededFor: contents.allDigests)
            walk.take(contents)
            return packs
        }
        async let packs = offload { [known] in known.end(neededFor: contents.allDigests) }
        walk.take(contents)
        return try await packs
    }

    /// Reads what changed, unit by unit; nothing of a unit stays but its digests.
    private func fill(_ found: consuming UnchangedTrees.Found, _ walk: TreeWalk) async throws -> Filled {
        let count = found.changed.count
        let units = UnitPlanner.units(of: found.changed, walk)
        // All threads share one unit alone; its pack is put together once they are done.
        let isShared = units.count == 1
        let shares = isShared ? units[0].shares : units
        let contents = Mutex(found.contents)
        let filled = try await WorkQueue.share(shares.count, width: width) { [self] queue in
            let worker = try SaveWorker(walk, known: known)
            var filled: [(number: Int, piece: PackPiece?, pack: StoredPack?)] = []
            try queue.drain { number in
                let outcome = try worker.run(shares[number])
                contents.withLock { $0.take(shares[number], outcome) }
                guard let piece = outcome.piece else { return }
                filled.append((number, isShared ? piece : nil, isShared ? nil : try store([piece])))
            }
            return filled
        }
        let ordered = filled.joined().sorted { $0.number < $1.number }
        let pieces = ordered.compactMap(\.piece)
        return Filled(
            contents: contents.withLock { $0 }, read: count, packs: ordered.compactMap(\.pack),
            open: pieces.isEmpty ? [] : [pieces])
    }

    /// Stores a pack.
    private func store(_ pieces: [PackPiece]) throws -> StoredPack {
        let (bytes, expanded) = PackPiece.pack(pieces)
        return StoredPack(
            digest: try session.add(bytes), size: ByteCount(bytes.count), expanded: ByteCount(expanded))
    }
}
