internal import BerthArchive
internal import BerthStore
internal import BerthSystem

/// Writes a plan's files from packs, by several threads.
struct PackFill: Sendable {
    let store: Store
    let shelf: PackShelf
    let packs: [Digest]
    /// Whether most packs may hold nothing that is needed: then their tables are looked at first.
    var isSelective = false
    var width = WorkQueue.width

    /// What was written.
    struct Filled: Sendable {
        var notes: [FileNote] = []
        var written = ByteCount(0)
    }

    /// Throws `.damaged` where a pack is damaged, or a chunk in none of them.
    func run(_ plan: RestorePlan) async throws -> Filled {
        let queue = WorkQueue(count: packs.count)
        let shares = try await inParallel(Array(0..<min(width, packs.count)), limit: width) { [self] _ in
            try await offload {
                let worker = try RestoreWorker(plan)
                try queue.drain { next in
                    guard isNeeded(packs[next], plan) else { return }
                    try worker.run(try shelf.read(packs[next]))
                }
                return Filled(notes: worker.notes, written: ByteCount(worker.written))
            }
        }
        shelf.keep()
        if let missing = plan.uses.needed.first(where: { !plan.claims.has($0) }) {
            throw BerthError(
                .damaged, "no pack of the entry holds \(plan.manifest.chunks[missing].digest)",
                done: "nothing was restored", remedy: "run `berth store check`; the next save stores it anew")
        }
        return shares.reduce(into: Filled()) { sum, share in
            sum.notes += share.notes
            sum.written = sum.written + share.written
        }
    }

    private func isNeeded(_ pack: Digest, _ plan: RestorePlan) -> Bool {
        guard isSelective, let table = try? PackTable.read(pack, in: store) else { return true }
        return table.contents.contains { plan.needs($0.digest) != nil }
    }
}
