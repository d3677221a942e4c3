internal import BerthArchive
internal import BerthSystem
internal import SystemPackage

/// Fills trees with files that share the blocks of a hot entry's.
struct HotFill: Sendable {
    let plan: RestorePlan
    let hot: HotEntry

    /// Throws `WayRefused` where the file system cannot do it, and `.damaged` where the hot entry is.
    func run() async throws -> PackFill.Filled {
        let (plan, hot) = (plan, hot)
        let records = try await offload {
            try plan.prepare(large: false)
            return plan.landings.indices.map { hot.home.record(of: HotTree(hot.manifest, $0)) }
        }
        let runs = MemberRuns(count: plan.manifest.members.count)
        let queue = WorkQueue(count: runs.count)
        do {
            let shares = try await inParallel(Array(0..<WorkQueue.width), limit: WorkQueue.width) { _ in
                try await offload {
                    let worker = try CloneWorker(plan, hot, records)
                    try queue.drain { try worker.run(runs.run($0)) }
                    return PackFill.Filled(notes: worker.notes, written: ByteCount(worker.written))
                }
            }
            var filled = shares.reduce(into: PackFill.Filled()) { sum, share in
                sum.notes += share.notes
                sum.written = sum.written + share.written
            }
            filled.notes += try await offload { try plan.complete(large: false) }
            return filled
        } catch let error as BerthError {
            let refusals: [Errno] = [.improperLink, .notSupported, .invalidArgument, .inappropriateIOCTLForDevice]
            guard let code = error.errno, refusals.contains(where: { $0.rawValue == code }) else { throw error }
            throw WayRefused(reason: "reflink: \(error.sharingReason)")
        }
    }
}
