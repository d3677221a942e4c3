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

    /// A saved tree: the manifest, and the packs that this save added.
    struct Saved: Sendable {
        var manifest: TreeManifest
        var packs: [StoredPack]
    }

    /// Saves what was walked.
    ///
    /// Blocks; several threads share the work.
    func save(_ walk: TreeWalk) async throws -> Saved {
        let index = TreeIndex(walk.manifest)
        var planner = UnitPlanner(walk.manifest, index)
        for (member, entry) in walk.manifest.members.enumerated() {
            guard case .file = entry.content, walk.facts[member].size > 0 else { continue }
            planner.add(member, size: walk.facts[member].size)
        }
        planner.close()
        let outcomes = try await outcomes(of: planner.units, walk, index)
        return assemble(walk.manifest, planner.units, outcomes)
    }

    private func outcomes(
        of units: [SaveUnit], _ walk: TreeWalk, _ index: TreeIndex
    ) async throws -> [SaveWorker.Outcome] {
        let queue = WorkQueue(count: units.count)
        let (session, known) = (session, known)
        let shares = try await inParallel(Array(0..<max(1, min(width, units.count))), limit: width) { _ in
            try await offload {
                let worker = try SaveWorker(walk, index, known: known, session: session)
                var done: [(Int, SaveWorker.Outcome)] = []
                try queue.drain { done.append(($0, try worker.run(units[$0]))) }
                return done
            }
        }
        return shares.flatMap(\.self).sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Gives each file its chunks; chunks are numbered by first use in the manifest's order.
    private func assemble(
        _ walked: TreeManifest, _ units: [SaveUnit], _ outcomes: [SaveWorker.Outcome]
    ) -> Saved {
        var saved = Saved(manifest: walked, packs: outcomes.compactMap(\.pack))
        var numbers: [Digest: Int] = [:]
        for (unit, outcome) in zip(units, outcomes) {
            for (piece, digest) in zip(unit.pieces, outcome.digests) {
                let number = numbers[digest] ?? saved.manifest.chunks.count
                if number == saved.manifest.chunks.count {
                    numbers[digest] = number
                    saved.manifest.chunks.append(.init(digest: digest, size: piece.size))
                }
                saved.manifest.addChunk(number, to: piece.member, stamp: outcome.stamps[piece.member])
            }
        }
        return saved
    }
}

extension TreeManifest {
    fileprivate mutating func addChunk(_ number: Int, to member: Int, stamp: UInt32?) {
        guard case .file(var file) = members[member].content else { return }
        file.chunks.append(number)
        file.stamp = stamp ?? file.stamp
        members[member].content = .file(file)
    }
}

/// Numbers from 0 on, each given out once.
final class WorkQueue: Sendable {
    private let state: Mutex<Range<Int>>

    init(count: Int) { state = Mutex(0..<count) }

    /// Threads for such work: each holds a pack and a chunk or two, so memory is bounded on any machine.
    static var width: Int { min(Machine.processors, 4) }

    /// Does `work` for one number after the other; after a failure nobody gets another one.
    func drain(_ work: (Int) throws -> Void) throws {
        while let next = state.withLock({ $0.popFirst() }) {
            do { try work(next) } catch {
                state.withLock { $0 = 0..<0 }
                throw error
            }
        }
    }
}
