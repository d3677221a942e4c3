internal import BerthArchive

/// What one layer is made of, in the order of its tar: links and folders first, then packages, then generated files.
struct LayerContents: Sendable {
    let name: String
    /// Folders with all those above them, parents first, and generated links that must come before packages.
    let skeleton: [GeneratedMember]
    let fragments: [StoredFragment]
    /// Generated files, after the packages.
    let generated: [GeneratedMember]

    /// The name under which the finished layer is remembered: a digest of all that its bytes depend on.
    func key(_ compression: Compression) throws -> Digest {
        var parts = ["layer 1", compression.identity] + fragments.map(\.key.hex)
        parts.append(Digest.of(try LayerTar.bytes(skeleton, isEnd: false)).hex)
        parts.append(Digest.of(try LayerTar.bytes(generated, isEnd: true)).hex)
        return Digest.of(parts.joined(separator: "\n"))
    }
}

/// Generated members as tar bytes; small enough for memory.
enum LayerTar {
    static func bytes(_ members: [GeneratedMember], isEnd: Bool) throws -> [UInt8] {
        var tar = TarWriter(ByteBuffer())
        for generated in members {
            try tar.begin(generated.member)
            if !generated.bytes.isEmpty { try tar.append(generated.bytes) }
        }
        if isEnd { try tar.finish() } else { try tar.completeMember() }
        return tar.release().bytes
    }
}
