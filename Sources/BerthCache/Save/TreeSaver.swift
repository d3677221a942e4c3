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

    /// Saves what was walked; files that did not change since their content was noted are not read.
    ///
    /// The walk's manifest gets its chunks; several threads share the reading.
    func save(_ walk: inout TreeWalk, _ unchanged: UnchangedTrees? = nil) async throws -> Saved {
        let (contents, packs, read) = try await read(walk, unchanged)
        // What is known of contents goes before their table is made: both are as large as the trees.
        let shared = known.end(neededFor: contents.allDigests)
        walk.take(contents)
        return Saved(manifest: walk.manifest, shared: shared, packs: packs, read: read)
    }

    private func read(
        _ walk: TreeWalk, _ unchanged: UnchangedTrees?
    ) async throws -> (WalkContents, packs: [StoredPack], read: Int) {
        let index = TreeIndex(walk.manifest)
        let found = try await offload { [known] in
            try unchanged?.find(walk, index, known)
                ?? UnchangedTrees.Found(contents: WalkContents(walk), changed: walk.files)
        }
        let count = found.changed.count
        // Where nothing is read, all is noted already.
        guard count > 0 else { return (found.contents, [], 0) }
        let (contents, packs) = try await fill(found, walk, index)
        if let unchanged { try await offload { unchanged.note(contents, walk, index) } }
        return (contents, packs, count)
    }

    /// Reads what changed, unit by unit; nothing of a unit stays but its digests.
    private func fill(
        _ found: consuming UnchangedTrees.Found, _ walk: TreeWalk, _ index: TreeIndex
    ) async throws -> (WalkContents, packs: [StoredPack]) {
        let units = UnitPlanner.units(of: found.changed, walk, index)
        let contents = Mutex(found.contents)
        let shares = try await WorkQueue.share(units.count, width: width) { [session, known] queue in
            let worker = try SaveWorker(walk, index, known: known, session: session)
            var packs: [(unit: Int, pack: StoredPack)] = []
            try queue.drain { unit in
                let outcome = try worker.run(units[unit])
                contents.withLock { $0.take(units[unit], outcome) }
                if let pack = outcome.pack { packs.append((unit, pack)) }
            }
            return packs
        }
        let packs = shares.flatMap(\.self).sorted { $0.unit < $1.unit }.map(\.pack)
        return (contents.withLock { $0 }, packs)
    }
}
