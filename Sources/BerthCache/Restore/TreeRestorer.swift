internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Fills trees from packs, by several threads, and puts them in their places all together.
struct TreeRestorer: Sendable {
    let store: Store
    var width = WorkQueue.width

    /// Restores a manifest's trees; `destinations` by label.
    ///
    /// On failure everything is as it was.
    ///
    /// Returns what was left behind after all was in its place, in words.
    func restore(
        _ manifest: TreeManifest, packs: [Digest], to destinations: [Destination]
    ) async throws -> [String] {
        let trees = try await offload { [store] in try Self.stage(manifest, destinations, PathFence(store)) }
        do {
            let plan = RestorePlan(manifest, trees)
            try await offload { try plan.prepare() }
            try await fill(plan, packs)
            try await offload {
                try plan.complete()
                try Self.install(trees)
            }
        } catch {
            try? await offload { for tree in trees { tree.discard() } }
            throw error
        }
        return try await offload { trees.compactMap { $0.forget() } }
    }

    private static func stage(
        _ manifest: TreeManifest, _ destinations: [Destination], _ fence: PathFence
    ) throws -> [StagedTree] {
        let places = try places(manifest, destinations)
        try fence.check(places)
        return try places.map { try StagedTree($0) }
    }

    private static func places(_ manifest: TreeManifest, _ destinations: [Destination]) throws -> [FilePath] {
        try manifest.labels.map { label in
            guard let destination = destinations.first(where: { $0.label == label }) else {
                throw BerthError(
                    .usage, "the entry has a tree \(label.escaped), and nothing says where it goes",
                    remedy: "name a place for it, or save the entry anew with this profile")
            }
            return destination.path
        }
    }

    private func fill(_ plan: RestorePlan, _ packs: [Digest]) async throws {
        let queue = WorkQueue(count: packs.count)
        let store = store
        let shares = try await inParallel(Array(0..<max(1, min(width, packs.count))), limit: width) { _ in
            try await offload {
                let worker = try RestoreWorker(plan)
                var written: [Int] = []
                try queue.drain { written += try worker.run(try Self.pack(packs[$0], in: store)) }
                return written
            }
        }
        let written = Set(shares.flatMap(\.self))
        if let missing = plan.manifest.chunks.indices.first(where: { !written.contains($0) }) {
            throw BerthError(
                .damaged, "no pack of the entry holds \(plan.manifest.chunks[missing].digest)",
                done: "nothing was restored", remedy: "run `berth store check`; the next save stores it anew")
        }
    }

    /// Reads a pack; a damaged one is moved out of the way, so that the next save stores its contents anew.
    private static func pack(_ digest: Digest, in store: Store) throws -> PackReader {
        do { return try PackReader(digest, in: store, verified: false) } catch let error as BerthError
            where error.status == .damaged
        {
            try? store.quarantine(digest)
            throw BerthError(
                .damaged, "the pack \(digest) is damaged", done: "it was moved to the trash, and nothing was restored",
                remedy: "go on without the cache: the next save stores what is missing", cause: error)
        }
    }

    /// All trees or none.
    static func install(_ trees: [StagedTree]) throws {
        var done: [StagedTree] = []
        do {
            for tree in trees {
                try tree.install()
                done.append(tree)
            }
        } catch {
            for tree in done.reversed() { try? tree.takeBack() }
            throw error
        }
    }
}
