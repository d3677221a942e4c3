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

        init(notes: [FileNote] = [], written: ByteCount = ByteCount(0)) {
            (self.notes, self.written) = (notes, written)
        }

        /// What several threads wrote, together.
        init(_ shares: [Filled]) {
            self = shares.first ?? Filled()
            for share in shares.dropFirst() {
                notes += share.notes
                written = written + share.written
            }
        }
    }

    /// Throws `.damaged` where a pack is damaged, or a chunk in none of them.
    func run(_ plan: RestorePlan) async throws -> Filled {
        let filled = Filled(
            try await WorkQueue.share(packs.count, width: width) { [self] queue in
                let worker = try RestoreWorker(plan)
                try queue.drain { next in
                    guard isNeeded(packs[next], plan) else { return }
                    try worker.run(try shelf.read(packs[next]))
                }
                return Filled(notes: worker.notes, written: ByteCount(worker.written))
            })
        shelf.keep()
        if let missing = plan.uses.needed.first(where: { !plan.claims.has($0) }) {
            throw BerthError(
                .damaged, "no pack of the entry holds \(plan.manifest.chunks[missing].digest)",
                done: "nothing was restored", remedy: "run `berth store check`; the next save stores it anew")
        }
        return filled
    }

    private func isNeeded(_ pack: Digest, _ plan: RestorePlan) -> Bool {
        guard isSelective, let table = try? PackTable.read(pack, in: store) else { return true }
        return table.contents.contains { plan.needs($0.digest) != nil }
    }
}
