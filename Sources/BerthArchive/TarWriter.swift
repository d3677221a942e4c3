internal import BerthSystem

/// Writes tar members to a sink: the same members give the same bytes on every machine and in every locale.
///
/// Written by hand and not by libarchive, whose output depends on the process's locale (libarchive#2233).
package struct TarWriter<Sink: ByteSink & ~Copyable>: MemberSink, ~Copyable {
    /// Where the bytes go.
    package var sink: Sink
    private var remaining: Int64 = 0
    private var padding = 0
    private var current: ArchivePath?

    package init(_ sink: consuming Sink) { self.sink = sink }

    package mutating func begin(_ member: TreeMember) throws {
        try completeMember()
        let blocks = try TarHeader.blocks(for: member)
        try sink.append(blocks)
        remaining = member.size
        padding = Int((512 - member.size % 512) % 512)
        current = member.path
    }

    package mutating func append(_ bytes: RawSpan) throws {
        guard Int64(bytes.byteCount) <= remaining else { throw wrongSize("more") }
        remaining -= Int64(bytes.byteCount)
        try sink.append(bytes)
    }

    /// Ends the last member without the archive's end mark: fragments are joined later.
    package mutating func completeMember() throws {
        guard remaining == 0 else { throw wrongSize("fewer") }
        if padding > 0 {
            let zeros = [UInt8](repeating: 0, count: padding)
            try sink.append(zeros)
        }
        padding = 0
    }

    /// Ends the archive with its two zero blocks.
    package mutating func finish() throws {
        try completeMember()
        let end = [UInt8](repeating: 0, count: 1024)
        try sink.append(end)
    }

    /// Gives the sink back.
    package consuming func release() -> Sink { sink }

    private func wrongSize(_ word: String) -> BerthError {
        BerthError(.damaged, "a file holds \(word) bytes than its header says", place: current.map { "\($0)" })
    }
}
