import BerthArchive
import BerthSystem
import BerthTestSupport
import Testing

@testable import BerthCache

/// What keeps large trees small in memory holds what plain arrays and dictionaries would.
struct PackedTests {
    private static let time = FileTime(seconds: 1_700_000_000, nanoseconds: 123_456_789)

    private static func member(_ name: String, _ depth: Int, _ content: TreeManifest.Content) -> TreeManifest.Member {
        .init(name: Array(name.utf8)[...], depth: depth, permissions: 0o640, modified: time, content: content)
    }

    @Test func `a list gives its members back, and files their chunks once these are known`() {
        let members = [
            Self.member("", 0, .folder), Self.member("a", 1, .file(.init(chunks: [], isSparse: true))),
            Self.member("b", 1, .folder), Self.member("c", 2, .link(Array("../a".utf8)[...])),
            Self.member("d", 2, .file(.init(chunks: [4, 2], stamp: 0))), Self.member("e", 1, .sameFile(as: 1)),
        ]
        var list = MemberList(members)
        #expect(Array(list) == members && list == MemberList(members))
        #expect(list.indices.map(list.depth) == [0, 1, 1, 2, 2, 1])
        #expect(list.indices.filter(list.isFolder) == [0, 2])
        #expect(list.names(in: 0).map { String(decoding: $0, as: UTF8.self) }.sorted() == ["a", "b", "e"])
        #expect(list.names(in: 2).map { String(decoding: $0, as: UTF8.self) }.sorted() == ["c", "d"])
        list.setChunks([7, 8, 7], stamp: 5, of: 1)
        #expect(list[1].content == .file(.init(chunks: [7, 8, 7], stamp: 5, isSparse: true)))
        #expect(list[4] == members[4] && list != MemberList(members))
        list.append(MemberList(members))
        #expect(list.count == 12 && list[1].content == .file(.init(chunks: [7, 8, 7], stamp: 5, isSparse: true)))
        #expect(Array(list[6..<11]) == Array(members.dropLast()) && list[11].content == .sameFile(as: 7))
        #expect(list.roots == [0, 6])
        list.setSecondName(of: 1, at: 7)
        #expect(list[7].content == .sameFile(as: 1) && list[8] == members[2])
    }

    @Test func `a table finds what a dictionary finds, also where many have one hash`() {
        var random = SystemRandomNumberGenerator()
        for spread in [3, 1 << 40] {
            let things = (0..<3000).map { _ in Int.random(in: 0..<500, using: &random) }
            var (table, known): (PlaceTable, [Int: Int]) = (PlaceTable(), [:])
            for (place, thing) in things.enumerated() {
                table.set(place, hash: { things[$0] % spread }, isSame: { things[$0] == thing })
                known[thing] = place
            }
            for thing in 0..<600 { #expect(table.find(thing % spread) { things[$0] == thing } == known[thing]) }
        }
    }

    @Test func `a member's tree and folder are found, and all members of a tree`() {
        var manifest = TreeManifest()
        manifest.members = MemberList([
            Self.member("", 0, .folder), Self.member("a", 1, .folder), Self.member("b", 2, .folder),
            Self.member("c", 1, .sameFile(as: 0)), Self.member("", 0, .link([0x78])), Self.member("", 0, .folder),
            Self.member("d", 1, .folder),
        ])
        let index = TreeIndex(manifest)
        #expect(manifest.members.indices.map(index.parent) == [nil, 0, 1, 0, nil, nil, 5])
        #expect(manifest.members.indices.map(index.tree) == [0, 0, 0, 0, 1, 2, 2])
        #expect((0..<3).map(index.members) == [0..<4, 4..<5, 5..<7])
        #expect(index.path(of: 2, in: manifest) == "a/b")
    }

    @Test func `a manifest's bytes and identity are those of the first version`() {
        var manifest = TreeManifest()
        manifest.labels = ["t"]
        manifest.chunks = [.init(digest: .of("a"), size: 300)]
        manifest.members = MemberList([
            Self.member("", 0, .folder), Self.member("a.pyc", 1, .file(.init(chunks: [0], stamp: 7))),
            Self.member("b", 1, .file(.init(chunks: [0], isSparse: true))),
            Self.member("c", 1, .link([0x78])), Self.member("d", 1, .sameFile(as: 1)),
        ])
        // Magic, labels, chunks, then the members: name, depth, permissions, seconds (zigzag), nanoseconds, content.
        let time = "80c49fd50c959aef3a"
        let digest = Digest.of("a").hex
        func bytes(_ time: String, _ stamp: String, _ sparse: String) -> String {
            "42455254485452454531" + "010174" + "01\(digest)ac02" + "05" + "0000a003\(time)00"
                + "05612e70796301a003\(time)020100\(stamp)" + "016201a003\(time)\(sparse)0100"
                + "016301a003\(time)040178" + "016401a003\(time)0501"
        }
        let encoded = ManifestCoding.encode(manifest)
        #expect(Self.hex(encoded) == bytes(time, "07", "03"))
        #expect(manifest.identity == Digest.of(Self.bytes(bytes("0000", "00", "01"))))
    }

    @Test func `a record's bytes are those of the first version, and what was noted last counts`() throws {
        let state = FileState(inode: 300, size: 5, modified: Self.time, changed: Self.time)
        let content = FileContent(chunks: [.of("a")], stamp: 6)
        var record = FileRecord()
        let later = FileTime(seconds: Self.time.seconds + 9, nanoseconds: 0)
        record.note(state, content, at: later)
        record.note(state, content, at: later)
        #expect(record.count == 1)
        let time = "80c49fd50c959aef3a"
        #expect(Self.hex(Self.bytes(of: record)) == "01ac0205\(time)\(time)0701\(Digest.of("a").hex)")
        var streamed: [UInt8] = []
        let notes = [FileNote(member: 7, permissions: 0o644, state: state)]
        FileRecord.encode(notes, at: later, content: { $0 == 7 ? content : FileContent() }) { streamed += $0 }
        #expect(streamed == Self.bytes(of: record))
        FileRecord.encode(notes, at: Self.time, content: { _ in content }) { #expect($0 == [0]) }
        let changed = FileState(inode: 300, size: 5, modified: Self.time, changed: later)
        record.note(changed, FileContent(chunks: []), at: FileTime(seconds: later.seconds + 9, nanoseconds: 0))
        let bytes = [0xFF, 0xFE] + Self.bytes(of: record)
        var decoder = ByteDecoder(bytes, of: "a test", at: 2)
        let read = try FileRecord(from: &decoder)
        #expect(read.content(of: state) == nil && read.content(of: changed) == FileContent(chunks: []))
        #expect(Self.bytes(of: read) == Array(bytes.dropFirst(2)))
    }

    private static func bytes(of record: FileRecord) -> [UInt8] {
        var bytes: [UInt8] = []
        record.encode { bytes += $0 }
        return bytes
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0..<$0 + 2]), radix: 16) }
    }
}
