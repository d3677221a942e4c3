internal import BerthSystem

/// Reads a foreign tar stream as its bytes arrive, holding no more than one header.
///
/// libarchive waits for its bytes in a call, so a slow client would hold a thread, and it takes more than a cache's tree
/// has. Refused (`.damaged`): sparse members, global headers, members that say one thing twice, wrong checksums, more than
/// the limits. What names mean, and where a pipe or device may stand, is for the caller to judge.
package struct TarStreamReader {
    /// Bounds on what a stream may unfold to.
    package struct Limits: Sendable {
        package var members = 1_000_000
        /// Bytes of all names and links together.
        package var names = ArchiveLimits.names
        /// Bytes of all contents together.
        package var contents: Int64 = 64 << 30
        package init() {}
    }

    package enum Event: Sendable, Equatable {
        case member(StreamMember)
        /// Some bytes of the member before.
        case content(ArraySlice<UInt8>)
    }

    private enum State {
        case header
        /// So many bytes of a file, then of padding.
        case contents(Int64, padding: Int)
        /// What is said of the next member, with its padding.
        case notes(type: UInt8, size: Int, left: Int)
        /// Behind the two empty blocks.
        case after
    }

    private static let block = 512
    private static let longestNote = 1 << 20
    private let limits: Limits
    private var state = State.header
    /// A header that is not whole yet, or notes.
    private var pending: [UInt8] = []
    private var notes = StreamNotes()
    private var emptyBlocks = 0
    private var (members, names, contents): (Int, Int, Int64) = (0, 0, 0)
    /// What came behind the end, without its zeros.
    private var trailer: [UInt8] = []

    package init(limits: Limits = Limits()) { self.limits = limits }

    /// Takes the next bytes; gives the members and contents in them.
    package mutating func feed(_ bytes: [UInt8]) throws -> [Event] {
        var (events, position): ([Event], Int) = ([], 0)
        while position < bytes.count {
            let rest = bytes[position...]
            switch state {
            case .header:
                position += try takeHeader(rest, &events)
            case .contents(let left, let padding):
                let taken = Int(min(left, Int64(rest.count)))
                if taken > 0 { events.append(.content(rest.prefix(taken))) }
                let passed = min(padding, rest.count - taken)
                position += taken + passed
                let isOver = left == Int64(taken) && padding == passed
                state = isOver ? .header : .contents(left - Int64(taken), padding: padding - passed)
            case .notes(let type, let size, let left):
                let taken = min(left, rest.count)
                pending += rest.prefix(taken)
                position += taken
                state = .notes(type: type, size: size, left: left - taken)
                if left == taken { try takeNotes(type, size) }
            case .after:
                trailer += rest.filter { $0 != 0 }
                guard trailer.count <= Self.block else { throw Self.refused("it goes on behind its end") }
                position = bytes.count
            }
        }
        return events
    }

    /// Ends the stream; gives what stood behind its end.
    ///
    /// Throws `.damaged` where it was cut.
    package func finish() throws -> [UInt8] {
        guard case .after = state else { throw Self.refused("it was cut before its end") }
        return trailer
    }

    private mutating func takeHeader(_ rest: ArraySlice<UInt8>, _ events: inout [Event]) throws -> Int {
        let taken = min(Self.block - pending.count, rest.count)
        pending += rest.prefix(taken)
        guard pending.count == Self.block else { return taken }
        let block = pending
        pending.removeAll(keepingCapacity: true)
        if block.allSatisfy({ $0 == 0 }) {
            emptyBlocks += 1
            guard notes.isEmpty else { throw Self.refused("its last member has no header") }
            if emptyBlocks == 2 { state = .after }
            return taken
        }
        guard emptyBlocks == 0 else { throw Self.refused("an empty block stands between its members") }
        let header = try StreamBlock(block)
        if ["x", "L", "K"].contains(header.type) {
            guard header.size > 0, header.size <= Int64(Self.longestNote) else {
                throw Self.refused("a header of \(header.size) bytes")
            }
            let size = Int(header.size)
            state = .notes(type: header.typeByte, size: size, left: (size + 511) / 512 * 512)
            return taken
        }
        let member = try header.member(notes)
        notes = StreamNotes()
        try admit(member)
        events.append(.member(member))
        if member.size > 0 { state = .contents(member.size, padding: member.padding.count) }
        return taken
    }

    private mutating func takeNotes(_ type: UInt8, _ size: Int) throws {
        let body = Array(pending.prefix(size))
        pending.removeAll(keepingCapacity: true)
        state = .header
        switch type {
        case UInt8(ascii: "x"): try notes.take(records: body)
        case UInt8(ascii: "L"): try notes.take(name: body)
        default: try notes.take(link: body)
        }
    }

    private mutating func admit(_ member: StreamMember) throws {
        members += 1
        names += member.name.count
        if case .link(let target) = member.kind { names += target.count }
        let (sum, isTooMuch) = contents.addingReportingOverflow(member.size)
        contents = sum
        guard members <= limits.members else { throw Self.refused("it has more than \(limits.members) members") }
        guard names <= limits.names else { throw Self.refused("its names take more than \(limits.names) bytes") }
        guard !isTooMuch, contents <= limits.contents else {
            throw Self.refused("it holds more than \(ByteCount(limits.contents))")
        }
    }

    static func refused(_ why: String) -> BerthError {
        BerthError(.damaged, "the tar stream is refused: \(why)", done: "nothing of it was kept")
    }
}
