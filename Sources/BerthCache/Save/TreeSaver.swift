internal import BerthArchive
internal import BerthStore
internal import BerthSystem

/// Turns trees into a manifest and packs.
struct TreeSaver: Sendable {
    let session: IngestSession
    let known: KnownContents
    /// What is known of each tree's files.
    var records: [FileRecord?] = []
    /// Threads that read, hash and compress.
    var width = WorkQueue.width

    /// A saved tree: the manifest, and the packs that this save added.
    struct Saved: Sendable {
        var manifest: TreeManifest
        var packs: [StoredPack] = []
        /// By member, of files that are not empty.
        var contents: [FileContent?] = []
        /// How many files were read.
        var read = 0
    }

    /// Saves what was walked; files that did not change since their content was noted are not read.
    ///
    /// Blocks; several threads share the work.
    func save(_ walk: TreeWalk) async throws -> Saved {
        let index = TreeIndex(walk.manifest)
        var planner = UnitPlanner(walk.manifest, index)
        var saved = Saved(
            manifest: walk.manifest, contents: Array(repeating: nil, count: walk.manifest.members.count))
        for (member, entry) in walk.manifest.members.enumerated() {
            guard case .file = entry.content, walk.facts[member].size > 0 else { continue }
            if let content = try unchanged(walk.facts[member], tree: index.trees[member], walk) {
                saved.contents[member] = content
            } else {
                planner.add(member, size: walk.facts[member].size)
                saved.contents[member] = FileContent()
                saved.read += 1
            }
        }
        planner.close()
        let outcomes = try await outcomes(of: planner.units, walk, index)
        saved.packs = outcomes.compactMap(\.pack)
        saved.take(planner.units, outcomes)
        saved.number(walk)
        return saved
    }

    /// The content of a file that is as it was noted, and that the store has still.
    private func unchanged(_ facts: EntryFacts, tree: Int, _ walk: TreeWalk) throws -> FileContent? {
        // What is mounted inside of the tree has inodes of its own.
        guard records.indices.contains(tree), facts.device == walk.devices[tree],
            let content = records[tree]?.content(of: facts),
            try content.chunks.allSatisfy({ try known.has($0) })
        else { return nil }
        return content
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

extension TreeSaver.Saved {
    /// Gives each file that was read its digests.
    fileprivate mutating func take(_ units: [SaveUnit], _ outcomes: [SaveWorker.Outcome]) {
        for (unit, outcome) in zip(units, outcomes) {
            for (piece, digest) in zip(unit.pieces, outcome.digests) {
                contents[piece.member]?.chunks.append(digest)
                if let stamp = outcome.stamps[piece.member] { contents[piece.member]?.stamp = stamp }
            }
        }
    }

    /// Gives each file its chunks; chunks are numbered by first use in the manifest's order.
    fileprivate mutating func number(_ walk: TreeWalk) {
        var numbers: [Digest: Int] = [:]
        numbers.reserveCapacity(contents.count)
        for (member, content) in contents.enumerated() {
            guard let content, case .file(var file) = manifest.members[member].content else { continue }
            var rest = walk.facts[member].size
            for digest in content.chunks {
                let size = Int(min(Int64(TreeManifest.Chunk.largest), rest))
                rest -= Int64(size)
                let number = numbers[digest] ?? manifest.chunks.count
                if number == manifest.chunks.count {
                    numbers[digest] = number
                    manifest.chunks.append(.init(digest: digest, size: size))
                }
                file.chunks.append(number)
            }
            file.stamp = content.stamp
            manifest.members[member].content = .file(file)
        }
    }

    /// What is known of each tree's files from now on.
    ///
    /// `moment`: when the walk began.
    func records(_ walk: TreeWalk, at moment: FileTime) -> [FileRecord] {
        var (records, tree): ([FileRecord], Int) = ([], -1)
        for (member, content) in contents.enumerated() {
            if manifest.members[member].depth == 0 {
                tree += 1
                records.append(FileRecord())
            }
            guard let content, walk.facts[member].device == walk.devices[tree] else { continue }
            records[tree].note(walk.facts[member], content, at: moment)
        }
        return records
    }
}
