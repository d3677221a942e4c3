internal import BerthArchive
internal import BerthStore
internal import BerthSystem

/// Which files need a chunk, and where in them.
struct ChunkUses: Sendable {
    struct Use: Sendable {
        let member: Int
        let offset: Int64
        /// Whether the chunk is all of the file.
        let isWhole: Bool
    }

    /// By chunk.
    private(set) var uses: [[Use]]
    /// By digest.
    private(set) var numbers: [Digest: Int] = [:]

    init(_ manifest: TreeManifest) {
        uses = Array(repeating: [], count: manifest.chunks.count)
        for (number, chunk) in manifest.chunks.enumerated() { numbers[chunk.digest] = number }
        for (member, entry) in manifest.members.enumerated() {
            guard case .file(let file) = entry.content else { continue }
            var offset: Int64 = 0
            for chunk in file.chunks {
                uses[chunk].append(.init(member: member, offset: offset, isWhole: file.chunks.count == 1))
                offset += Int64(manifest.chunks[chunk].size)
            }
        }
    }
}

/// Writes the files whose contents lie in packs; one for each thread.
final class RestoreWorker {
    private let plan: RestorePlan
    private let stack: FolderStack
    private let compressor: ChunkCompressor

    init(_ plan: RestorePlan) throws {
        self.plan = plan
        stack = FolderStack(plan.manifest, plan.index, roots: try plan.openRoots())
        compressor = try Compression.zstd(level: 1).makeCompressor()
    }

    /// Writes what a pack holds of the entry; returns which chunks those were.
    func run(_ pack: PackReader) throws -> [Int] {
        var written: [Int] = []
        var (start, pending): (Int, [UInt8]) = (0, [])
        for part in pack.parts {
            defer { start += pack.table.frames[part.frame].length }
            let wanted = part.pieces.contains { plan.needs(pack.table.contents[$0.content].digest) != nil }
            guard wanted else { continue }
            let bytes = try pack.expand(part.frame, with: compressor, at: start)
            for piece in part.pieces {
                let content = pack.table.contents[piece.content]
                guard let number = plan.needs(content.digest) else { continue }
                guard content.size == plan.manifest.chunks[number].size else { throw sizes(pack, content) }
                if piece.offset == 0 { pending.removeAll(keepingCapacity: true) }
                pending += bytes[piece.range]
                guard pending.count == content.size, plan.claims.take(number) else { continue }
                for use in plan.uses.uses[number] { try write(pending, use) }
                written.append(number)
            }
        }
        return written
    }

    private func sizes(_ pack: PackReader, _ content: TreeManifest.Chunk) -> BerthError {
        BerthError(
            .damaged, "the pack \(pack.digest) and the entry differ on the size of \(content.digest)",
            done: "nothing was restored", remedy: "run `berth store check`; the next save stores it anew")
    }

    private func write(_ bytes: [UInt8], _ use: ChunkUses.Use) throws {
        guard case .file(let content) = plan.manifest.members[use.member].content else { return }
        let (folder, name) = try plan.place(use.member, stack)
        let file = use.isWhole ? try folder.create(name) : try folder.write(name)
        var stamped = bytes
        if let stamp = content.stamp, use.offset == 0 { ByteCode.putStamp(stamp, into: &stamped) }
        if content.isSparse {
            try file.writeSparsely(stamped, at: use.offset)
        } else {
            try file.write(stamped, at: use.offset)
        }
        guard use.isWhole else { return }
        if content.isSparse { try file.setSize(Int64(bytes.count)) }
        try plan.finish(file, use.member)
    }
}

extension OpenFile {
    /// Leaves blocks of zeros out, where nothing stood before.
    fileprivate func writeSparsely(_ bytes: [UInt8], at offset: Int64) throws {
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + 4096)
            if bytes[start..<end].contains(where: { $0 != 0 }) {
                try write(Array(bytes[start..<end]), at: offset + Int64(start))
            }
            start = end
        }
    }
}
