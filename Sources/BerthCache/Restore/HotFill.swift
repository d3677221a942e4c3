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
        async let known = offload { plan.landings.indices.map { hot.home.record(of: HotTree(hot.manifest, $0)) } }
        let prepared = try await plan.prepare(large: false)
        let records = try await known
        let runs = plan.subtrees.runs
        do {
            var filled = PackFill.Filled(
                try await WorkQueue.share(runs.count) { queue in
                    let worker = try CloneWorker(plan, hot, records)
                    try queue.drain { try worker.run(runs[$0]) }
                    return PackFill.Filled(notes: worker.notes)
                })
            filled.notes += try await prepared + plan.complete(large: false)
            return filled
        } catch let error as BerthError {
            let refusals: [Errno] = [.improperLink, .notSupported, .invalidArgument, .inappropriateIOCTLForDevice]
            guard let code = error.errno, refusals.contains(where: { $0.rawValue == code }) else { throw error }
            throw WayRefused(reason: "reflink: \(error.sharingReason)")
        }
    }
}
