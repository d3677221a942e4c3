internal import BerthArchive
internal import BerthSystem

/// What stands at a pack's end: which contents it holds, and where its frames begin.
///
/// A pack is a row of zstd frames that expand to its contents one after the other, a skippable frame with their digests,
/// and a seek table as zstd's "seekable format" has it (facebook/zstd, contrib/seekable_format): `zstd -d` reads it too.
struct PackTable: Equatable {
    /// Bytes of a frame, in the pack and expanded.
    struct Frame: Equatable {
        let length: Int
        let size: Int
    }

    var frames: [Frame] = []
    var contents: [TreeManifest.Chunk] = []

    /// Bytes of a frame's contents, unless one content is larger: bounds memory and what is expanded for one small file.
    static let frameSize = 2 << 20
    private static let contentsMagic: UInt32 = 0x184D_2A51
    private static let seekMagic: UInt32 = 0x184D_2A5E
    private static let seekableMagic: UInt32 = 0x8F92_EAB1
    private static let name = Array("BERTHPACK1".utf8)
    private static let footerLength = 9
    private static let most = 1 << 20

    /// The two skippable frames that end a pack.
    func encode() -> [UInt8] {
        var list = ByteEncoder()
        list.add(raw: Self.name)
        list.add(contents.count)
        for content in contents {
            list.add(content.digest)
            list.add(content.size)
        }
        let contentsFrame = Self.skippable(Self.contentsMagic, list.bytes)
        var seek: [UInt8] = []
        for frame in frames + [Frame(length: contentsFrame.count, size: 0)] {
            seek += Self.little(UInt32(frame.length)) + Self.little(UInt32(frame.size))
        }
        seek += Self.little(UInt32(frames.count + 1)) + [0] + Self.little(Self.seekableMagic)
        return contentsFrame + Self.skippable(Self.seekMagic, seek)
    }

    private static func skippable(_ magic: UInt32, _ bytes: [UInt8]) -> [UInt8] {
        little(magic) + little(UInt32(bytes.count)) + bytes
    }

    private static func little(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}

extension PackTable {
    /// How many of a pack's last bytes hold the table; nil where they are no end of a pack.
    ///
    /// `tail`: the last nine bytes.
    static func length(tail: [UInt8]) -> Int? {
        guard tail.count >= footerLength, number(tail, tail.count - 4) == seekableMagic else { return nil }
        let frames = Int(number(tail, tail.count - footerLength))
        guard frames >= 1, frames <= most else { return nil }
        return 8 + frames * 8 + footerLength
    }

    /// Reads the table of a whole pack, or of its end where that holds all of the table.
    ///
    /// `length`: bytes of the whole pack. Throws `.damaged` where frames and contents do not fit each other.
    init(end bytes: [UInt8], length: Int) throws {
        let decoder = ByteDecoder([], of: "a pack")
        guard let seekLength = Self.length(tail: bytes), bytes.count >= seekLength else {
            throw decoder.damaged("it has no seek table")
        }
        let seek = bytes.count - seekLength
        guard Self.number(bytes, seek) == Self.seekMagic, Int(Self.number(bytes, seek + 4)) == seekLength - 8 else {
            throw decoder.damaged("its seek table is none")
        }
        let all = (0..<((seekLength - 8 - Self.footerLength) / 8)).map { index in
            Frame(
                length: Int(Self.number(bytes, seek + 8 + index * 8)),
                size: Int(Self.number(bytes, seek + 12 + index * 8)))
        }
        frames = Array(all.dropLast())
        let listLength = all[all.count - 1].length
        guard listLength >= 8, listLength <= seek, all[all.count - 1].size == 0,
            Self.number(bytes, seek - listLength) == Self.contentsMagic,
            Int(Self.number(bytes, seek - listLength + 4)) == listLength - 8,
            all.reduce(0, { $0 + $1.length }) + seekLength == length
        else { throw decoder.damaged("its frames do not fill it") }
        contents = try Self.contents(Array(bytes[(seek - listLength + 8)..<seek]))
        guard frames.allSatisfy({ $0.size <= Compression.chunkSize }),
            frames.reduce(0, { $0 + $1.size }) == contents.reduce(0, { $0 + $1.size })
        else { throw decoder.damaged("its frames hold other bytes than its contents") }
    }

    /// How many of a pack's last bytes are needed for all of the table, given those of its seek table.
    static func wholeLength(seek bytes: [UInt8]) -> Int? {
        guard let length = length(tail: bytes), bytes.count >= length else { return nil }
        return length + Int(number(bytes, bytes.count - footerLength - 8))
    }

    private static func contents(_ bytes: [UInt8]) throws -> [TreeManifest.Chunk] {
        var decoder = ByteDecoder(bytes, of: "a pack's table")
        guard try decoder.raw(min(name.count, bytes.count)) == name else {
            throw decoder.damaged("it begins with other bytes, or a newer berth wrote it")
        }
        return try (0..<(try decoder.count(ofAtLeast: 33))).map { _ in
            let digest = try decoder.digest()
            return .init(digest: digest, size: try decoder.number(upTo: TreeManifest.Chunk.largest))
        }
    }

    private static func number(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
    }
}
