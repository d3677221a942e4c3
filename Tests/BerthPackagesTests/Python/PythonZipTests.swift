import BerthArchive
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// Zips that two readers could read in two ways, or that lie: none may be opened (quality.md §5.1, rows 1 to 23).
@Suite struct PythonZipTests {
    private typealias Entry = ZipBuilder.Entry

    /// Why a zip is refused; nil when it is opened.
    private func refusal(_ bytes: [UInt8], limits: ArchiveLimits = ArchiveLimits()) throws -> String? {
        let folder = try TemporaryFolder("zip")
        let path = folder.path.appending("a.zip")
        try writeUnsynced(bytes, to: path)
        do {
            _ = try ZipDirectory(path, limits: limits)
            return nil
        } catch let error as BerthError {
            #expect(error.status == .damaged)
            return error.what
        }
    }

    private func refusal(_ entries: [Entry], _ change: (inout ZipBuilder) -> Void = { _ in }) throws -> String? {
        var builder = ZipBuilder(entries)
        change(&builder)
        return try refusal(builder.bytes)
    }

    private func entry(_ change: (inout Entry) -> Void) -> Entry {
        var entry = Entry("a.txt", "hello")
        change(&entry)
        return entry
    }

    @Test func `a plain zip is opened, with modes, sizes and dates`() throws {
        let folder = try TemporaryFolder("zip")
        let path = folder.path.appending("a.zip")
        var program = Entry("bin/run", "#!/bin/sh\n")
        program.external = 0o100755 << 16
        var sub = Entry("bin/", "")
        sub.external = 0o040755 << 16
        let text = try Entry("é.txt", String(repeating: "a", count: 5000)).deflated()
        try writeUnsynced(ZipBuilder([sub, program, text]).bytes, to: path)
        let entries = try ZipDirectory(path).entries
        #expect(entries.map(\.path.description) == ["bin", "bin/run", "é.txt"])
        #expect(entries.map(\.isDirectory) == [true, false, false])
        #expect(entries[1].mode == 0o755)
        #expect(entries[2].size == 5000 && entries[2].method == .deflated && entries[2].compressedSize < 100)
        // 2025-01-01, the date that the builder writes.
        #expect(entries[1].modified == 1_735_689_600)
    }

    @Test(arguments: [
        "../x", "a/../../x", "/etc/cron.d/x", "a//b", "a\\b", "./a", "a\u{1B}b", "a\nb", "..", "a/./b",
        String(repeating: "n", count: 256),
    ])
    func `a name that leads elsewhere or steers a terminal is refused`(name: String) throws {
        let found = try refusal([Entry(name, "x")])
        #expect(found?.hasPrefix("the zip is refused: ") == true)
        #expect(found?.unicodeScalars.contains { $0.value < 0x20 } == false)
    }

    @Test func `a name that is not UTF-8, or not marked so, is refused`() throws {
        #expect(try refusal([Entry([0x61, 0xFF], [])])?.contains("not UTF-8") == true)
        var unmarked = Entry("é", "x")
        unmarked.flags = 0
        #expect(try refusal([unmarked])?.contains("is not marked as UTF-8") == true)
    }

    @Test(arguments: [
        (0o120777, "is a symbolic link"), (0o010644, "neither a file nor a folder"), (0o060644, "neither"),
    ])
    func `links and special files are refused`(mode: Int, reason: String) throws {
        let found = try refusal([entry { $0.external = UInt32(mode) << 16 }])
        #expect(found?.contains(reason) == true)
    }

    @Test func `one name twice, or a file with files below it, is refused`() throws {
        let (one, other) = (Entry("a", "1"), Entry("a", "2"))
        #expect(try refusal([one, other])?.contains("a stands in it twice") == true)
        #expect(try refusal([one, Entry("a/b", "2")])?.contains("a is a file, and a/b lies below it") == true)
        var folder = Entry("a/", "")
        folder.external = 0
        #expect(try refusal([one, folder])?.contains("stands in it twice") == true)
    }

    @Test func `directory and local header must say the same`() throws {
        let changes: [(inout Entry) -> Void] = [
            { $0.localName = Array("b.txt".utf8) }, { $0.localChecksum = 7 }, { $0.localSize = 4 },
            { $0.localMethod = 8 },
        ]
        for change in changes {
            #expect(try refusal([entry(change)])?.contains("described in two ways") == true)
        }
        #expect(try refusal([entry { $0.size = 4 }])?.contains("stored with two sizes") == true)
    }

    @Test func `entries missing from the directory, or announced wrongly, are refused`() throws {
        let found = try refusal([Entry("a", "1")]) { $0.hidden = [Entry("evil.py", "x")] }
        #expect(found?.contains("bytes that belong to no entry follow the last one") == true)
        #expect(try refusal([Entry("a", "1")]) { $0.announced = 2 }?.contains("2 are announced") == true)
        #expect(try refusal([Entry("a", "1")]) { $0.announced = 0xFFFF }?.contains("64-bit end is missing") == true)
    }

    @Test func `bytes before, between and after are refused`() throws {
        let (one, other) = (Entry("a", "1"), Entry("b", "2"))
        #expect(try refusal([one]) { $0.prefix = Array("#!/bin/sh\n".utf8) } != nil)
        #expect(try refusal([one]) { $0.suffix = [0] } != nil)
        var gap = other
        gap.gap = Array("PK".utf8)
        #expect(try refusal([one, gap])?.contains("belong to no entry, or to two") == true)
    }

    @Test func `two ends, or a zip behind a zip, are refused`() throws {
        let inner = ZipBuilder([Entry("evil", "x")]).bytes
        #expect(try refusal([Entry("a", "1")]) { $0.comment = inner }?.contains("two ends") == true)
        #expect(try refusal([Entry("a", "1")]) { $0.prefix = inner } != nil)
        // A zip inside of an entry is contents like any other.
        var holder = try Entry(Array("inner.zip".utf8), inner).deflated()
        holder.flags = 0x0800
        #expect(try refusal([holder]) == nil)
        #expect(try refusal([Entry("a", "1")]) { $0.comment = Array("made by hand".utf8) } == nil)
    }

    @Test func `encryption and other methods are refused by name`() throws {
        #expect(try refusal([entry { $0.flags = 0x0801 }])?.contains("is encrypted") == true)
        for (method, name) in [(12, "bzip2"), (14, "LZMA"), (95, "xz"), (93, "zstd"), (77, "method 77")] {
            #expect(try refusal([entry { $0.method = UInt16(method) }])?.contains("compressed with \(name)") == true)
        }
    }

    @Test func `absurd sizes and counts are refused before anything is unpacked`() throws {
        let bomb = try Entry(Array("zeros".utf8), [UInt8](repeating: 0, count: 1 << 20)).deflated()
        #expect(
            try refusal(ZipBuilder([bomb]).bytes, limits: ArchiveLimits(entrySize: 1 << 19))?.contains("over") == true)
        #expect(
            try refusal(ZipBuilder([bomb]).bytes, limits: ArchiveLimits(totalSize: 1 << 19))?.contains("in all") == true
        )
        var liar = bomb
        liar.size = 4_000_000_000
        #expect(try refusal([liar])?.contains("can't be as large as it says") == true)
        let many = (0..<300).map { Entry("f\($0)", "") }
        #expect(
            try refusal(ZipBuilder(many).bytes, limits: ArchiveLimits(entries: 299))?.contains("more than 299") == true)
        #expect(try refusal(many) == nil)
    }

    @Test func `sizes after the data must be those of the directory`() throws {
        func described(_ size: UInt32, signed: Bool = true) -> Entry {
            entry {
                $0.flags = 0x0808
                ($0.localSize, $0.localChecksum) = (0, 0)
                $0.descriptor =
                    (signed ? ZipBuilder.little(0x0807_4B50 as UInt32) : [])
                    + ZipBuilder.little($0.checksum) + ZipBuilder.little(size) + ZipBuilder.little($0.size)
            }
        }
        #expect(try refusal([described(5), Entry("b", "x")]) == nil)
        #expect(try refusal([described(5, signed: false), Entry("b", "x")]) == nil)
        #expect(try refusal([described(6), Entry("b", "x")])?.contains("not those of the directory") == true)
    }

    @Test func `an extra field with another name is refused`() throws {
        func named(_ name: String) -> Entry {
            entry {
                $0.extra =
                    ZipBuilder.little(0x7075 as UInt16) + ZipBuilder.little(UInt16(5 + name.utf8.count))
                    + [1, 0, 0, 0, 0] + Array(name.utf8)
            }
        }
        #expect(try refusal([named("a.txt")]) == nil)
        #expect(try refusal([named("b.txt")])?.contains("has two names") == true)
    }

    @Test func `a zip cut anywhere, or damaged anywhere in its headers, ends with an error`() throws {
        let whole = ZipBuilder([Entry("a.txt", "hello"), Entry("b/c.txt", "world")]).bytes
        for count in 0..<whole.count { #expect(try refusal(Array(whole[..<count])) != nil) }
        #expect(try refusal([UInt8]()) != nil)
        #expect(try refusal([UInt8](repeating: 0x50, count: 70_000)) != nil)
    }
}
