internal import BerthArchive
internal import BerthSystem

extension PackReader {
    /// Gives out the bytes of each wanted content, in the pack's order; frames without any are not expanded.
    ///
    /// Each is hashed: throws `.damaged` where the bytes are not what the pack's table promises.
    func contents(
        with compressor: ChunkCompressor, where isWanted: (Digest) -> Bool, _ take: (Digest, [UInt8]) throws -> Void
    ) throws {
        var (start, pending): (Int, [UInt8]) = (0, [])
        for part in parts {
            defer { start += table.frames[part.frame].length }
            guard part.pieces.contains(where: { isWanted(table.contents[$0.content].digest) }) else { continue }
            let bytes = try expand(part.frame, with: compressor, at: start)
            for piece in part.pieces {
                let content = table.contents[piece.content]
                guard isWanted(content.digest) else { continue }
                if piece.offset == 0 { pending.removeAll(keepingCapacity: true) }
                pending += bytes[piece.range]
                guard pending.count == content.size else { continue }
                guard Digest.of(pending) == content.digest else { throw lies(content.digest) }
                try take(content.digest, pending)
            }
        }
    }

    private func lies(_ content: Digest) -> BerthError {
        BerthError(
            .damaged, "the pack \(digest) holds other bytes than its table promises for \(content)",
            done: "nothing of it was used", remedy: "go on without the cache: the next save stores what is missing")
    }
}
