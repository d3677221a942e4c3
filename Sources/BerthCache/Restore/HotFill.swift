internal import BerthArchive
internal import BerthSystem
internal import SystemPackage

/// Fills trees from a hot entry.
struct HotFill: Sendable {
    let plan: RestorePlan
    let hot: HotEntry

    /// Throws `WayRefused` where the file system cannot do it, and `.damaged` where the hot entry is.
    func run(_ strategy: RestoreOptions.Strategy) async throws -> PackFill.Filled {
        switch strategy {
        case .snapshot:
            try await offload { try snapshot() }
            return PackFill.Filled()
        case .overlay:
            try await offload { try prepareMounts() }
            return PackFill.Filled()
        case .reflink, .unpack: return try await clone()
        }
    }

    private func snapshot() throws {
        for (tree, landing) in plan.landings.enumerated() {
            do {
                try landing.parent.makeSnapshot(landing.stage, of: hot.folder.folder(HotEntry.name(tree)))
            } catch let error as BerthError {
                throw WayRefused(reason: "snapshot: \(Self.reason(error))")
            }
        }
    }

    private func prepareMounts() throws {
        let firsts = plan.manifest.members.filter { $0.depth == 0 }
        for (landing, first) in zip(plan.landings, firsts) { try (landing as? OverlayLanding)?.prepare(first) }
    }

    private func clone() async throws -> PackFill.Filled {
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
            throw WayRefused(reason: "reflink: \(Self.reason(error))")
        }
    }

    private static func reason(_ error: BerthError) -> String {
        switch error.errno {
        case Errno.improperLink.rawValue: "the store and the place lie on different file systems"
        case Errno.inappropriateIOCTLForDevice.rawValue, Errno.notSupported.rawValue, Errno.invalidArgument.rawValue:
            "the file system has none"
        default: error.what
        }
    }
}
