import BerthArchive
import BerthSystem
import SystemPackage
import Testing

/// Our writer, read by other people's programs.
@Suite struct TarWriterTests {
    private let folder = FilePath("/tmp/berth-tar-\(UInt64.random(in: .min ... .max))")

    private func archive() throws -> [UInt8] {
        let long = try ArchivePath(
            parsing: "usr/" + String(repeating: "x", count: 200) + "/" + String(repeating: "y", count: 120))
        var tar = TarWriter(ByteBuffer())
        try tar.begin(TreeMember("usr", .directory, mode: 0o755, modified: 1_700_000_000))
        try tar.add(file: "usr/a", Array("abc".utf8), mode: 0o4755, modified: 1_700_000_000)
        try tar.begin(TreeMember("usr/b", .hardlink(to: "usr/a"), mode: 0o4755, modified: 1_700_000_000))
        try tar.begin(TreeMember("usr/c", .symlink(target: "../é"), mode: 0o777, modified: 1_700_000_000))
        try tar.add(file: "usr/Főtanúsítvány.crt", [UInt8](repeating: 7, count: 600), modified: 0)
        try tar.add(file: long, [65], mode: 0o600, owner: .init(user: 1001, group: 42), modified: 1)
        try tar.finish()
        return tar.release().bytes
    }

    private func list(_ program: String, _ arguments: [String]) async throws -> [String] {
        try Files.makeDirectory(folder)
        defer { try? Files.removeTree(folder) }
        let file = folder.appending("a.tar")
        try Files.writeAtomically(try archive(), to: file)
        var command = Command(try #require(Programs.find(program)), arguments + [file.string])
        command.environment = ["LC_ALL": "C.UTF-8", "TZ": "UTC"]
        return try await command.output().split(separator: "\n").map(String.init)
    }

    @Test func `bsdtar lists each member as it was written`() async throws {
        let lines = try await list("bsdtar", ["--numeric-owner", "-tvf"])
        #expect(lines.count == 6)
        #expect(lines[0].hasPrefix("drwxr-xr-x") && lines[0].hasSuffix("usr/"))
        #expect(lines[1].hasPrefix("-rwsr-xr-x") && lines[1].contains("Nov 14  2023"))
        #expect(lines[2].hasSuffix("usr/b link to usr/a"))
        #expect(lines[3].hasSuffix("usr/c -> ../é"))
        #expect(lines[4].contains(" 600 ") && lines[4].hasSuffix("usr/Főtanúsítvány.crt"))
        #expect(lines[5].contains("1001") && lines[5].hasSuffix(String(repeating: "y", count: 120)))
    }

    @Test func `GNU tar finds nothing to complain about`() async throws {
        let lines = try await list("tar", ["--numeric-owner", "-tvf"])
        #expect(lines.count == 6)
        #expect(lines[5].contains("1001/42"))
    }

    @Test func `the same members give the same bytes`() throws {
        #expect(try archive() == archive())
    }

    @Test func `a member with other bytes than its size is refused`() throws {
        var tar = TarWriter(ByteBuffer())
        try tar.begin(TreeMember("a", .file(size: 2), mode: 0o644))
        try tar.append([1])
        #expect(throws: BerthError.self) { try tar.completeMember() }
        #expect(throws: BerthError.self) { try tar.append([1, 2]) }
    }

    @Test(arguments: [
        "", "/etc", "../x", "a/../b", "a//b", "a/./b", "a\nb", "a\u{1b}b", String(repeating: "n", count: 256),
    ])
    func `a path that leads outside or steers a terminal is no archive path`(name: String) {
        #expect(throws: ArchivePathError.self) { try ArchivePath(parsing: name) }
    }

    @Test func `paths that differ in normalisation only are two paths`() throws {
        let composed = try ArchivePath(parsing: "\u{e9}")
        let decomposed = try ArchivePath(parsing: "e\u{301}")
        #expect(composed != decomposed)
        #expect(try ArchivePath(parsing: "./a/b/").ancestors == ["a"])
    }
}
