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
        /// By tree, what it looks like; nil where nobody wrote that down so far.
        var bodies: [RecordedBody?]?
    }

    /// Saves what was walked; files that did not change since their content was noted are not read.
    ///
    /// The walk's manifest gets its chunks; several threads share the reading.
    func save(_ walk: inout TreeWalk, _ unchanged: UnchangedTrees? = nil) async throws -> Saved {
        var (saved, contents) = try await read(walk, unchanged)
        walk.take(contents)
        saved.manifest = walk.manifest
        return saved
    }

    /// Stores what is new; the manifest is left to do.
    private func read(_ walk: TreeWalk, _ unchanged: UnchangedTrees?) async throws -> (Saved, WalkContents) {
        let index = TreeIndex(walk.manifest)
        let found = try await offload { [known] in
            try unchanged?.find(walk, index, known)
                ?? UnchangedTrees.Found(contents: WalkContents(walk), changed: walk.files)
        }
        var saved = Saved(manifest: TreeManifest(), read: found.changed.count)
        // Where nothing is read, all is noted already.
        guard saved.read > 0 else {
            saved.shared = known.end(neededFor: found.contents.allDigests)
            return (saved, found.contents)
        }
        // Beside a few files; beside all of them, memory counts for more.
        let isSmall = saved.read * 4 < walk.states.count
        async let bodies = offload { isSmall ? unchanged?.bodies(of: walk) : nil }
        let contents: WalkContents
        (contents, saved.packs) = try await fill(found, walk, index)
        saved.bodies = try await bodies
        async let isNoted: Void = offload { unchanged?.note(contents, walk, index) }
        // What is known of contents goes before their table is made: both are as large as the trees.
        saved.shared = known.end(neededFor: contents.allDigests)
        try await isNoted
        return (saved, contents)
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
