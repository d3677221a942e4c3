internal import BerthArchive
internal import BerthSystem

/// The content of a file as an entry has it: the digest of each chunk, and the time taken out of a .pyc's header.
struct FileContent: Sendable, Equatable {
    var chunks: [Digest] = []
    var stamp: UInt32?
}

/// Files whose content is known by what stat(2) says of them, so that nobody has to read them again.
struct FileRecord: Sendable, Equatable {
    /// What must be the same for the content to be the same.
    struct Known: Sendable, Equatable {
        let size: Int64
        let modified: FileTime
        let changed: FileTime
        let content: FileContent
    }

    /// By inode, which is good for one file system.
    private(set) var files: [UInt64: Known] = [:]

    /// Beyond so many files the others are read again: bounds memory and the record's file.
    static let most = 400_000

    /// Whether a change after `moment` would show in the time of the last change.
    ///
    /// File systems stamp with a clock that ticks: 10 ms on kernels, a second or two on old formats. What changed within
    /// one tick of being read may have changed once more in that tick (git's "racily clean" entries).
    static func isSettled(_ changed: FileTime, at moment: FileTime) -> Bool {
        let tick: Int64 = changed.nanoseconds == 0 ? 2_000_000_000 : 20_000_000
        let nanoseconds = changed.nanoseconds + tick
        let next = FileTime(
            seconds: changed.seconds + nanoseconds / 1_000_000_000, nanoseconds: nanoseconds % 1_000_000_000)
        return next < moment
    }

    /// Notes a file that nobody had changed by then; one that changed just before is not noted.
    ///
    /// `moment`: when it was looked at, before it was read.
    mutating func note(_ facts: EntryFacts, _ content: FileContent, at moment: FileTime) {
        guard files.count < Self.most, Self.isSettled(facts.changed, at: moment) else { return }
        files[facts.inode] = Known(
            size: facts.size, modified: facts.modified, changed: facts.changed, content: content)
    }

    /// The content of a file, where it is what was noted.
    func content(of facts: EntryFacts) -> FileContent? {
        guard let known = files[facts.inode], known.size == facts.size, known.modified == facts.modified,
            known.changed == facts.changed
        else { return nil }
        return known.content
    }
}

extension FileRecord {
    func encode(into encoder: inout ByteEncoder) {
        encoder.add(files.count)
        for (inode, file) in files {
            encoder.add(inode)
            encoder.add(UInt64(file.size))
            encoder.add(file.modified)
            encoder.add(file.changed)
            encoder.add(file.content.stamp.map { UInt64($0) + 1 } ?? 0)
            encoder.add(file.content.chunks.count)
            for chunk in file.content.chunks { encoder.add(chunk) }
        }
    }

    init(from decoder: inout ByteDecoder) throws {
        let count = try decoder.count(ofAtLeast: 8)
        files.reserveCapacity(count)
        for _ in 0..<count {
            let inode = try decoder.number()
            let size = Int64(try decoder.number(upTo: Int.max))
            let (modified, changed) = (try decoder.time(), try decoder.time())
            let stamp = try decoder.number(upTo: Int(UInt32.max) + 1)
            let chunks = try (0..<(try decoder.count(ofAtLeast: 32))).map { _ in try decoder.digest() }
            files[inode] = Known(
                size: size, modified: modified, changed: changed,
                content: FileContent(chunks: chunks, stamp: stamp == 0 ? nil : UInt32(stamp - 1)))
        }
    }
}
