internal import BerthArchive
internal import BerthStore
internal import BerthSystem

/// Turns trees into a manifest and packs.
struct TreeSaver: Sendable {
    let session: IngestSession
    let known: KnownContents
    /// Threads that read, hash and compress.
    var width = WorkQueue.width

    /// A saved tree: the manifest, and the packs that this save added.
    struct Saved: Sendable {
        var manifest: TreeManifest
        var packs: [StoredPack] = []
        /// How many files were read.
        var read = 0
    }

    /// Saves what was walked; files that did not change since their content was noted are not read.
    ///
    /// Blocks; several threads share the work.
    func save(_ walk: TreeWalk, _ unchanged: UnchangedTrees? = nil) async throws -> Saved {
        let index = TreeIndex(walk.manifest)
        var found = try await offload { [known] in
            try unchanged?.find(walk, index, known)
                ?? UnchangedTrees.Found(contents: WalkContents(walk), changed: walk.files)
        }
        var planner = UnitPlanner(walk.manifest, index)
        for member in found.changed { planner.add(member, size: walk.states[member].size) }
        planner.close()
        let outcomes = try await outcomes(of: planner.units, walk, index)
        for (unit, outcome) in zip(planner.units, outcomes) { found.contents.take(unit, outcome) }
        let contents = found.contents
        // Where nothing was read, all is noted already.
        if let unchanged, !found.changed.isEmpty { try await offload { unchanged.note(contents, walk, index) } }
        return Saved(
            manifest: contents.manifest(of: walk), packs: outcomes.compactMap(\.pack), read: found.changed.count)
    }

    private func outcomes(
        of units: [SaveUnit], _ walk: TreeWalk, _ index: TreeIndex
    ) async throws -> [SaveWorker.Outcome] {
        let queue = WorkQueue(count: units.count)
        let (session, known) = (session, known)
        let shares = try await inParallel(Array(0..<min(width, units.count)), limit: width) { _ in
            try await offload {
                let worker = try SaveWorker(walk, index, known: known, session: session)
                var done: [(Int, SaveWorker.Outcome)] = []
                try queue.drain { done.append(($0, try worker.run(units[$0]))) }
                return done
            }
        }
        return shares.flatMap(\.self).sorted { $0.0 < $1.0 }.map(\.1)
    }
}
