internal import BerthArchive
internal import BerthSystem

/// A manifest as bytes: the magic, then labels, chunks and members.
///
/// Kept in zstd frames.
enum ManifestCoding {
    private static let magic = Array("BERTHTREE1".utf8)
    /// Of a manifest's bytes: some twenty million files.
    static let limit = ByteCount(2 << 30)
    private static let longestName = 255 * 4
    static let deepest = 1024

    /// Of zstd: half of a manifest is digests, of which higher levels save nothing either.
    static let level = 1

    /// Bytes that are given away at once.
    private static let piece = 1 << 20

    static func encode(_ manifest: TreeManifest) -> [UInt8] {
        var bytes: [UInt8] = []
        encode(manifest) { bytes += $0 }
        return bytes
    }

    /// Gives the bytes away piece by piece: all of a large tree's are as many as the tree itself takes.
    ///
    /// `isTimeless`: as if all times were 0 and no file sparse.
    static func encode(
        _ manifest: TreeManifest, isTimeless: Bool = false, _ take: ([UInt8]) throws -> Void
    ) rethrows {
        var encoder = ByteEncoder()
        encoder.add(raw: magic)
        encoder.add(manifest.labels.count)
        for label in manifest.labels { encoder.add(Array(label.utf8)) }
        encoder.add(manifest.chunks.count)
        for chunk in manifest.chunks {
            encoder.add(chunk.digest)
            encoder.add(chunk.size)
            try encoder.give(over: piece, to: take)
        }
        encoder.add(manifest.members.count)
        for member in manifest.members.indices {
            encode(manifest.members, member, isTimeless, &encoder)
            try encoder.give(over: piece, to: take)
        }
        try take(encoder.bytes)
    }

    /// From the list's own arrays: a member of its own for each takes three times as long.
    private static func encode(
        _ members: MemberList, _ position: Int, _ isTimeless: Bool, _ encoder: inout ByteEncoder
    ) {
        let row = members.rows[position]
        let (start, end) = (Int(row.start), Int(row.start) + Int(row.count))
        encoder.add(members.names, members.nameStart(position)..<Int(row.nameEnd))
        encoder.add(Int(row.depth))
        encoder.add(Int(row.permissions))
        encoder.add(isTimeless ? FileTime(seconds: 0, nanoseconds: 0) : row.modified)
        switch row.kind {
        case .folder: encoder.add(0)
        case .file:
            // Holes say more of the file system than of the file: one that compresses has them everywhere.
            let isSparse = row.isSparse && !isTimeless
            encoder.add(row.hasStamp ? 2 : (isSparse ? 3 : 1))
            encoder.add(end - start)
            for place in start..<end { encoder.add(members.chunks[place]) }
            if row.hasStamp { encoder.add(isTimeless ? 0 : UInt64(row.stamp)) }
        case .link:
            encoder.add(4)
            encoder.add(members.targets, start..<end)
        case .sameFile:
            encoder.add(5)
            encoder.add(start)
        }
    }

    /// Throws `.damaged` for bytes that are no manifest, or one that would lead out of its trees.
    static func decode(_ bytes: [UInt8]) throws -> TreeManifest {
        var decoder = ByteDecoder(bytes, of: "the manifest of a cache entry")
        guard try decoder.raw(min(magic.count, bytes.count)) == magic else {
            throw decoder.damaged("it begins with other bytes, or a newer berth wrote it")
        }
        var manifest = TreeManifest()
        for _ in 0..<(try decoder.count(ofAtLeast: 1)) {
            guard let label = String(validating: try decoder.text(upTo: 1 << 16), as: UTF8.self) else {
                throw decoder.damaged("a label is no UTF-8")
            }
            manifest.labels.append(label)
        }
        manifest.chunks = try chunks(&decoder)
        let members = try decoder.count(ofAtLeast: 6)
        manifest.members.reserveCapacity(members)
        for _ in 0..<members { manifest.members.append(try member(&decoder, manifest)) }
        guard decoder.isAtEnd else { throw decoder.damaged("something follows its end") }
        try check(manifest, decoder)
        return manifest
    }

    /// The contents that files consist of; each stands once, else a restore would fill the files of one of two alike only.
    private static func chunks(_ decoder: inout ByteDecoder) throws -> [TreeManifest.Chunk] {
        let count = try decoder.count(ofAtLeast: 33)
        var (chunks, places): ([TreeManifest.Chunk], PlaceTable) = ([], PlaceTable())
        chunks.reserveCapacity(count)
        for number in 0..<count {
            let digest = try decoder.digest()
            let size = try decoder.number(upTo: TreeManifest.Chunk.largest)
            guard size > 0 else { throw decoder.damaged("a chunk is empty") }
            guard chunks.number(.init(digest: digest, size: size), &places) == number else {
                throw decoder.damaged("a chunk stands twice")
            }
        }
        return chunks
    }

    private static func member(
        _ decoder: inout ByteDecoder, _ manifest: TreeManifest
    ) throws -> TreeManifest.Member {
        let name = try decoder.text(upTo: longestName)
        let depth = try decoder.number(upTo: deepest)
        let permissions = UInt16(try decoder.number(upTo: 0o7777))
        let modified = try decoder.time()
        return .init(
            name: name[...], depth: depth, permissions: permissions, modified: modified,
            content: try content(&decoder, manifest))
    }

    private static func content(
        _ decoder: inout ByteDecoder, _ manifest: TreeManifest
    ) throws -> TreeManifest.Content {
        let kind = try decoder.number(upTo: 5)
        switch kind {
        case 0: return .folder
        case 4: return .link(try decoder.text(upTo: 4096)[...])
        case 5: return .sameFile(as: try decoder.number(upTo: max(0, manifest.members.count - 1)))
        default:
            let count = try decoder.count(ofAtLeast: 1)
            var chunks: [Int] = []
            chunks.reserveCapacity(count)
            for _ in 0..<count { chunks.append(try decoder.number(upTo: manifest.chunks.count - 1)) }
            if kind == 2, manifest.chunks[safe: chunks.first].map({ $0.size < ByteCode.header }) ?? true {
                throw decoder.damaged("a file is too short for the time in its header")
            }
            let stamp = kind == 2 ? UInt32(try decoder.number(upTo: Int(UInt32.max))) : nil
            return .file(.init(chunks: chunks[...], stamp: stamp, isSparse: kind == 3))
        }
    }

    /// Names are names, each folder's in order; what is inside of something is inside of a folder.
    private static func check(_ manifest: TreeManifest, _ decoder: ByteDecoder) throws {
        var open: [(isFolder: Bool, last: ArraySlice<UInt8>?)] = []
        var trees = 0
        for member in manifest.members {
            guard member.depth <= open.count else { throw decoder.damaged("a name lies in no folder") }
            open.removeLast(open.count - member.depth)
            if member.depth == 0 {
                guard member.name.isEmpty else { throw decoder.damaged("a tree's root has a name") }
                trees += 1
            } else {
                let parent = open[member.depth - 1]
                guard parent.isFolder, Folder.Name(bytes: member.name) != nil,
                    parent.last.map({ $0.lexicographicallyPrecedes(member.name) }) ?? true
                else { throw decoder.damaged("the names of a folder are none, or not in order") }
                open[member.depth - 1].last = member.name
            }
            if case .sameFile(let index) = member.content {
                guard case .file = manifest.members[index].content else {
                    throw decoder.damaged("a second name leads to no file")
                }
            }
            open.append((member.content == .folder, nil))
        }
        guard trees == manifest.labels.count else {
            throw decoder.damaged("it has \(trees) trees and \(manifest.labels.count) labels")
        }
    }
}

extension Array {
    fileprivate subscript(safe index: Int?) -> Element? { index.flatMap { indices.contains($0) ? self[$0] : nil } }
}
