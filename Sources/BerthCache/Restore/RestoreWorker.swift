internal import BerthArchive
internal import BerthSystem

/// Writes the files whose contents lie in packs; one for each thread.
final class RestoreWorker {
    private let plan: RestorePlan
    private let stack: FolderStack
    private let decompressor: ZstdCompressor
    /// What the frame at hand holds; one buffer for all frames.
    private var frame: [UInt8] = []
    /// The content at hand, where it lies in several frames or gets its time back.
    private var pending: [UInt8] = []
    /// What the written files are.
    private(set) var notes: [FileNote] = []
    /// Bytes that were written.
    private(set) var written = 0

    init(_ plan: RestorePlan) throws {
        self.plan = plan
        stack = FolderStack(plan.manifest, plan.index, roots: try plan.openRoots())
        decompressor = try ZstdCompressor(level: 1)
    }

    /// Writes what a pack holds of the entry.
    func run(_ pack: PackReader) throws {
        var start = 0
        for part in pack.parts {
            defer { start += pack.table.frames[part.frame].length }
            let wanted = part.pieces.contains { plan.needs(pack.table.contents[$0.content].digest) != nil }
            guard wanted else { continue }
            try pack.expand(part.frame, with: decompressor, at: start, into: &frame)
            for piece in part.pieces { try run(piece, of: pack) }
        }
    }

    private func run(_ piece: PackReader.Piece, of pack: PackReader) throws {
        let content = pack.table.contents[piece.content]
        guard let number = plan.needs(content.digest) else { return }
        guard content.size == plan.manifest.chunks[number].size else { throw sizes(pack, content) }
        if piece.range.count == content.size {
            guard plan.claims.take(number) else { return }
            for use in plan.uses.of(number) { try write(frame, piece.range, use) }
            return
        }
        if piece.offset == 0 { pending.removeAll(keepingCapacity: true) }
        pending += frame[piece.range]
        guard pending.count == content.size, plan.claims.take(number) else { return }
        for use in plan.uses.of(number) { try write(pending, 0..<pending.count, use) }
    }

    private func sizes(_ pack: PackReader, _ content: TreeManifest.Chunk) -> BerthError {
        BerthError(
            .damaged, "the pack \(pack.digest) and the entry differ on the size of \(content.digest)",
            done: "nothing was restored", remedy: "run `berth store check`; the next save stores it anew")
    }

    private func write(_ bytes: [UInt8], _ range: Range<Int>, _ use: ChunkUses.Use) throws {
        guard case .file(let content) = plan.manifest.members[use.member].content else { return }
        if let stamp = content.stamp, use.offset == 0 {
            var stamped = Array(bytes[range])
            ByteCode.putStamp(stamp, into: &stamped)
            return try put(stamped, 0..<stamped.count, use, content)
        }
        try put(bytes, range, use, content)
    }

    private func put(
        _ bytes: [UInt8], _ range: Range<Int>, _ use: ChunkUses.Use, _ content: TreeManifest.File
    ) throws {
        let (folder, name) = try plan.place(use.member, stack)
        let permissions = plan.permissions(use.member)
        let file = use.isWhole ? try folder.create(name, permissions: permissions) : try folder.write(name)
        if content.isSparse {
            try file.writeSparsely(bytes, range, at: use.offset)
        } else {
            try file.write(bytes, range, at: use.offset)
        }
        written += range.count
        guard use.isWhole else { return }
        if content.isSparse { try file.setSize(Int64(range.count)) }
        notes.append(FileNote(member: use.member, facts: try plan.finish(file, use.member)))
    }
}

extension OpenFile {
    /// Leaves blocks of zeros out, where nothing stood before.
    fileprivate func writeSparsely(_ bytes: [UInt8], _ range: Range<Int>, at offset: Int64) throws {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(range.upperBound, start + 4096)
            if bytes[start..<end].contains(where: { $0 != 0 }) {
                try write(bytes, start..<end, at: offset + Int64(start - range.lowerBound))
            }
            start = end
        }
    }
}
