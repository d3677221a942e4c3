internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import Synchronization

/// Fills trees from packs, by several threads, and puts them in their places all together.
struct TreeRestorer: Sendable {
    let store: Store
    var width = Machine.processors

    /// Restores a manifest's trees; `destinations` by label. On failure everything is as it was.
    func restore(_ manifest: TreeManifest, packs: [Digest], to destinations: [Destination]) async throws {
        let trees = try await offload { try Self.stage(manifest, destinations) }
        do {
            let plan = RestorePlan(manifest, trees)
            try await offload { try plan.prepare() }
            try await fill(plan, packs)
            try await offload {
                try plan.complete()
                try Self.install(trees)
            }
        } catch {
            try? await offload { for tree in trees { try tree.discard() } }
            throw error
        }
    }

    private static func stage(_ manifest: TreeManifest, _ destinations: [Destination]) throws -> [StagedTree] {
        try manifest.labels.map { label in
            guard let destination = destinations.first(where: { $0.label == label }) else {
                throw BerthError(
                    .usage, "the entry has a tree \(label.escaped), and nothing says where it goes",
                    remedy: "name a place for it, or save the entry anew with this profile")
            }
            return try StagedTree(destination.path)
        }
    }

    private func fill(_ plan: RestorePlan, _ packs: [Digest]) async throws {
        let queue = WorkQueue(count: packs.count)
        let store = store
        let shares = try await inParallel(Array(0..<max(1, min(width, packs.count))), limit: width) { _ in
            try await offload {
                let worker = try RestoreWorker(plan)
                var written: [Int] = []
                while let next = queue.next() {
                    written += try worker.run(try PackReader(packs[next], in: store, verified: false))
                }
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

    /// All trees or none.
    private static func install(_ trees: [StagedTree]) throws {
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
        for tree in trees { try tree.forget() }
    }
}
