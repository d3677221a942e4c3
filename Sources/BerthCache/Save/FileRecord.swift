internal import BerthArchive
internal import BerthSystem

/// The content of a file as an entry has it: the digest of each chunk, and the time taken out of a .pyc's header.
struct FileContent: Sendable, Equatable {
    var chunks: [Digest] = []
    var stamp: UInt32?
}

/// Files whose content is known by what stat(2) says of them, so that nobody has to read them again.
///
/// They stay as they are written to the disk, one after the other, with a table of where each begins: some 70 bytes a file.
struct FileRecord: Sendable {
    private var encoder = ByteEncoder()
    /// Where the first file begins: a record that was read has its file's head before it.
    private var start = 0
    /// By inode.
    private var places = PlaceTable()
    /// How many files were noted.
    private(set) var count = 0

    init() {}

    /// Beyond so many files the others are read again: bounds memory and the record's file.
    static let most = 400_000

    /// Whether a change after `moment` would show in the time of the last change.
    ///
    /// File systems stamp with a clock that ticks: 10 ms on kernels, a second or two on old formats. What changed within
    /// one tick of being read may have changed once more in that tick (git's "racily clean" entries).
    static func isSettled(_ changed: FileTime, at moment: FileTime) -> Bool {
        // Seconds first: a save asks for each name of a tree.
        let seconds = moment.seconds.subtractingReportingOverflow(changed.seconds)
        guard !seconds.overflow, (0...2).contains(seconds.partialValue) else { return moment.seconds > changed.seconds }
        return changed.advanced(by: changed.nanoseconds == 0 ? .seconds(2) : tick) < moment
    }

    private static let tick = Duration.milliseconds(20)

    /// Waits for a tick of the clock where that makes what files are settled; never longer than that.
    static func waitForTick(after notes: [FileNote]) async throws {
        let last = notes.max { $0.state.changed < $1.state.changed }?.state.changed
        guard let next = last?.advanced(by: tick + .milliseconds(1)) else { return }
        let rest = FileTime.now.duration(to: next)
        if rest > .zero, rest <= tick + .milliseconds(1) { try await Task.sleep(for: rest) }
    }

    /// Notes a file that nobody had changed by then; one that changed just before is not noted.
    ///
    /// `moment`: when it was looked at, before it was read.
    mutating func note(_ state: FileState, _ content: FileContent, at moment: FileTime) {
        guard count < Self.most, Self.isSettled(state.changed, at: moment), self.content(of: state) != content else {
            return
        }
        let place = encoder.bytes.count
        encoder.add(state)
        encoder.add(content)
        add(place, state.inode)
    }

    private mutating func add(_ place: Int, _ inode: UInt64) {
        let bytes = encoder.bytes
        places.set(
            place, hash: { Self.inode(at: $0, bytes).hashValue }, isSame: { Self.inode(at: $0, bytes) == inode })
        count += 1
    }

    private static func inode(at place: Int, _ bytes: [UInt8]) -> UInt64 {
        var decoder = ByteDecoder(bytes, of: "a record", at: place)
        return (try? decoder.number()) ?? 0
    }

    /// The content of a file, where it is what was noted.
    func content(of state: FileState) -> FileContent? {
        guard var found = find(state) else { return nil }
        return try? found.content()
    }

    /// Whether a file is as it was noted; without its content, which takes memory.
    func knows(_ state: FileState) -> Bool { find(state) != nil }

    /// What was noted of a file behind its state.
    private func find(_ state: FileState) -> ByteDecoder? {
        let bytes = encoder.bytes
        let place = places.find(state.inode.hashValue) { Self.inode(at: $0, bytes) == state.inode }
        guard let place else { return nil }
        var decoder = ByteDecoder(bytes, of: "a record", at: place)
        guard let known = try? decoder.state(), known == state else { return nil }
        return decoder
    }
}

extension FileRecord {
    /// How many files, then each.
    func encode(_ take: (ArraySlice<UInt8>) throws -> Void) rethrows {
        var head = ByteEncoder()
        head.add(count)
        try take(head.bytes[...])
        try take(encoder.bytes[start...])
    }

    /// Gives away the bytes of a record of these files, without making one: of a large tree it would be as large again.
    ///
    /// `moment`: when they were looked at; `content`: of a member. A file may come twice: what it was last counts.
    static func encode(
        _ files: some Collection<FileNote>, at moment: FileTime, content: (Int) -> FileContent,
        _ take: (ArraySlice<UInt8>) throws -> Void
    ) rethrows {
        let settled = files.lazy.filter { isSettled($0.state.changed, at: moment) }
        var left = min(most, settled.reduce(0) { count, _ in count + 1 })
        var encoder = ByteEncoder()
        encoder.add(left)
        for file in settled where left > 0 {
            left -= 1
            encoder.add(file.state)
            encoder.add(content(file.member))
            try encoder.give(over: 1 << 20) { try take($0[...]) }
        }
        try take(encoder.bytes[...])
    }

    /// Reads what `encode` gave, up to the end of the bytes.
    init(from decoder: inout ByteDecoder) throws {
        let count = try decoder.count(ofAtLeast: 8)
        start = decoder.position
        encoder = ByteEncoder(decoder.bytes)
        for _ in 0..<count {
            let place = decoder.position
            let inode = try decoder.state().inode
            _ = try decoder.content()
            add(place, inode)
        }
        guard decoder.isAtEnd else { throw decoder.damaged("something follows its end") }
    }
}

extension FileRecord {
    /// What a tree's record says of its files.
    init(_ record: TreeRecord) throws {
        self.init()
        try record.forEach { member, text in
            guard !member.digests.isEmpty else { return }
            note(member.state, member.content(text), at: record.head.moment)
        }
    }
}

extension ByteEncoder {
    mutating func add(_ state: FileState) {
        add(state.inode)
        add(UInt64(state.size))
        add(state.modified)
        add(state.changed)
    }

    fileprivate mutating func add(_ content: FileContent) {
        add(content.stamp.map { UInt64($0) + 1 } ?? 0)
        add(content.chunks.count)
        for chunk in content.chunks { add(chunk) }
    }
}

extension ByteDecoder {
    mutating func state() throws -> FileState {
        FileState(
            inode: try number(), size: Int64(try number(upTo: Int.max)), modified: try time(), changed: try time())
    }

    fileprivate mutating func content() throws -> FileContent {
        let stamp = try number(upTo: Int(UInt32.max) + 1)
        let chunks = try (0..<(try count(ofAtLeast: 32))).map { _ in try digest() }
        return FileContent(chunks: chunks, stamp: stamp == 0 ? nil : UInt32(stamp - 1))
    }
}
