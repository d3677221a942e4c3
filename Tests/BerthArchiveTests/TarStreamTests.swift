import BerthArchive
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// Tar streams of cache trees: what is written is read back, by us piece by piece and by other people's tar.
struct TarStreamTests {
    private static let members: [StreamMember] = [
        member("t", .folder),
        member("t/" + String(repeating: "n", count: 150) + "/" + String(repeating: "n", count: 149), .file(size: 5)),
        member("t/empty", .file(size: 0), FileTime(seconds: 1, nanoseconds: 5)),
        member("t/link", .link(to: Array("../\(String(repeating: "x", count: 200))".utf8))),
        member("t/old", .file(size: 513), FileTime(seconds: -2, nanoseconds: 250_000_000)),
        member("t/second", .sameFile(as: Array("t/empty".utf8))),
        StreamMember(
            Array("t/".utf8) + [0xFF, 0x0A], .folder, permissions: 0o1777, modified: .init(seconds: 9, nanoseconds: 0)),
    ]

    private static func member(
        _ name: String, _ kind: StreamMember.Kind, _ time: FileTime = FileTime(seconds: 7, nanoseconds: 123_456_789)
    ) -> StreamMember {
        StreamMember(Array(name.utf8), kind, permissions: 0o644, modified: time)
    }

    private static var stream: [UInt8] {
        members.reduce(into: []) { bytes, member in
            bytes += member.header + [UInt8](repeating: 0x61, count: Int(member.size)) + member.padding
        } + StreamMember.end
    }

    private static func read(_ bytes: [UInt8], piece: Int) throws -> (members: [StreamMember], contents: Int) {
        var reader = TarStreamReader()
        var (members, contents): ([StreamMember], Int) = ([], 0)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            for event in try reader.feed(Array(bytes[start..<min(bytes.count, start + piece)])) {
                switch event {
                case .member(let member): members.append(member)
                case .content(let piece): contents += piece.count
                }
            }
        }
        #expect(try reader.finish().isEmpty)
        return (members, contents)
    }

    @Test(arguments: [1, 7, 511, 512, 513, 1 << 20]) func `pieces of any length give the same members`(
        _ piece: Int
    ) throws {
        let read = try Self.read(Self.stream, piece: piece)
        #expect(read.members == Self.members && read.contents == 518)
    }

    @Test func `cut anywhere a stream is refused, and changed anywhere it is refused or still one`() throws {
        let bytes = Self.stream
        for count in stride(from: 0, to: bytes.count - 512, by: 37) {
            #expect(throws: BerthError.self) { try Self.read(Array(bytes.prefix(count)), piece: 512) }
        }
        for index in stride(from: 0, to: bytes.count, by: 3) {
            var changed = bytes
            changed[index] ^= 0x81
            _ = try? Self.read(changed, piece: 4096)
        }
    }

    @Test(.linuxOnly("GNU tar")) func `GNU tar and Python read the names and times that were written`() async throws {
        let folder = try TemporaryFolder("stream")
        try Files.writeAtomically(Self.stream, to: folder.path.appending("s.tar"))
        let script = """
            import tarfile
            for m in tarfile.open("s.tar", encoding="utf-8", errors="surrogateescape"):
                print(len(m.name), m.type.decode(), m.size, oct(m.mode), m.pax_headers.get("mtime", m.mtime), len(m.linkname))
            """
        var python = Command(try Programs.require("python3", remedy: "apt-get install python3"), ["-c", script])
        python.directory = folder.path
        #expect(
            try await python.output() == """
                1 5 0 0o644 7.123456789 0
                302 0 5 0o644 7.123456789 0
                7 0 0 0o644 1.000000005 0
                6 2 0 0o644 7.123456789 203
                5 0 513 0o644 -1.750000000 0
                8 1 0 0o644 7.123456789 7
                4 5 0 0o1777 9 0

                """)
        var tar = Command(try Programs.require("tar", remedy: "apt-get install tar"), ["-xpf", "s.tar"])
        tar.directory = folder.path
        let unpacked = try await tar.run()
        #expect(unpacked.code == 0, "\(unpacked)")
        var find = Command(FilePath("/usr/bin/find"), ["t", "-name", "[eo]*", "-printf", "%p %T@ %s\\n"])
        find.directory = folder.path
        let lines = try await find.output().split(separator: "\n").sorted()
        #expect(lines.count == 2 && lines[0] == "t/empty 1.0000000050 0", "\(lines)")
    }
}
