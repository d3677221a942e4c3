import BerthArchive
import BerthPackages
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthImage

/// Packages that no honest builder made: refused whole, with nothing left in the store.
struct HostileDebTests {
    private let folder: TemporaryFolder
    private let store: Store

    init() throws {
        folder = try TemporaryFolder("hostile")
        store = try Store.open(folder.path.appending("home"))
    }

    private func fragment(_ bytes: [UInt8], removals: [Removal] = []) throws -> Fragment {
        let file = folder.path.appending("package.deb")
        try Files.writeAtomically(bytes, to: file)
        let package = LockedPackage(
            name: "anchor", version: "1.0", architecture: "amd64", source: "anchor", suite: "harbour", archive: .main,
            path: "pool/a/anchor.deb", size: ByteCount(bytes.count), sha256: Digest.of(bytes), date: 1_700_000_000,
            layer: "packages")
        let rules = FragmentRules(removals: removals)
        let key = rules.key(input: package.sha256, role: "deb anchor", clamp: 1_700_000_000)
        let archive = try DebArchive(file)
        return try FragmentStore(store).make(key, compression: .standard) { recorder in
            try DebianFragment(package: package, rules: rules, clamp: 1_700_000_000).write(archive, into: &recorder)
        }.fragment
    }

    private func expectRefused(
        _ bytes: [UInt8], _ words: String, at place: SourceLocation = #_sourceLocation
    ) throws {
        let error = #expect(throws: BerthError.self, sourceLocation: place) { try fragment(bytes) }
        #expect(error?.status == .damaged, sourceLocation: place)
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")", sourceLocation: place)
        #expect(try Files.list(store.root.appending("ingest")).isEmpty, sourceLocation: place)
        #expect(try Tree(reading: store.root.appending("fragments")).nodes.isEmpty, sourceLocation: place)
    }

    @Test func `more folders than any package has are refused before they take memory`() throws {
        let deep = String(repeating: "d/", count: 1990)
        let key = FragmentRules(removals: []).key(input: Digest.of("deep"), role: "deep", clamp: 0)
        let error = #expect(throws: BerthError.self) {
            try FragmentStore(store).make(key, compression: .standard) { recorder in
                for number in 0..<40 {
                    let path = try ArchivePath(parsing: "\(number)/\(deep)f")
                    try recorder.begin(TreeMember(path, .file(size: 0), mode: 0o644, modified: 0))
                }
            }
        }
        #expect(error?.status == .damaged && error?.what.contains("folders' names") == true)
    }

    @Test(
        arguments: [
            ([.file("../x")], "upwards"), ([.file("./a/../../x")], "upwards"), ([.file("/etc/cron.d/x")], "absolute"),
            ([.init(name: "./dev/zero", kind: "3")], "device"), ([.init(name: "./dev/disk", kind: "4")], "device"),
            ([.init(name: "./run/pipe", kind: "6")], "FIFO"), ([.file("./x"), .file("./x")], "twice"),
            ([.file("./x"), .link("./x", to: "y")], "twice"), ([.folder("./x/"), .file("./x")], "twice"),
            ([.file("./x"), .folder("./x/")], "folder and also"), ([.file("./x"), .file("./x/y")], "folder and also"),
            ([.link("./s", to: "/etc"), .file("./s/passwd")], "folder and also"),
            ([.link("./a", to: "."), .link("./a/b", to: ".."), .file("./a/b/x")], "folder and also"),
            ([.file("./etc/.wh.passwd")], "delete"), ([.folder("./.wh..wh..opq/")], "delete"),
            ([.file("./.wh.etc/x")], "delete"), ([.hardlink("./x", to: "../../etc/passwd")], "upwards"),
            ([.hardlink("./x", to: "/etc/passwd")], "absolute"), ([.hardlink("./x", to: "./y")], "before it"),
            ([.hardlink("./x", to: "./y"), .file("./y")], "before it"), ([.file("./a\nb")], "control"),
            ([.init(name: "./zeros", claimed: 5 << 30)], "more than"),
        ] as [([RawDeb.Member], String)])
    func `a member that would do harm is refused with the whole package`(members: [RawDeb.Member], words: String) throws
    {
        try expectRefused(RawDeb(members: [.file("./usr/good")] + members).bytes(), words)
    }

    @Test func `parts in another order, missing, repeated or unknown are refused`() throws {
        let deb = RawDeb(members: [.file("./x")])
        try expectRefused(deb.bytes { [$0[0], $0[2], $0[1]] }, "its members are")
        try expectRefused(deb.bytes { [$0[1], $0[0], $0[2]] }, "its members are")
        try expectRefused(deb.bytes { [$0[0], $0[1]] }, "its members are")
        try expectRefused(deb.bytes { $0 + [$0[2]] }, "its members are")
        try expectRefused(
            deb.bytes { [$0[0], $0[1], .init(name: "data.tar.bz2", bytes: $0[2].bytes)] }, "its members are")
        try expectRefused(Array("<html>not here</html>".utf8), "ar archive")
        try expectRefused([], "ar archive")
    }

    @Test func `a package without a control file is refused`() throws {
        try expectRefused(RawDeb().bytes { [$0[0], .init(name: "control.tar", bytes: $0[2].bytes), $0[2]] }, "control")
    }

    @Test func `a file cut short anywhere is refused`() throws {
        let deb = RawDeb(members: [.file("./x", String(repeating: "rope", count: 2000)), .file("./y")])
        let whole = deb.bytes()
        for length in [7, 30, 67, 100, 700, 3000, whole.count - 2000, whole.count - 1030] {
            try expectRefused(Array(whole.prefix(length)), "")
        }
    }

    @Test func `a compressed part cut short is refused`() throws {
        let deb = RawDeb(members: [.file("./x", String(repeating: "rope", count: 2000)), .file("./y")])
        let compressor = try Compression.standard.makeCompressor()
        let packed = try deb.bytes { parts in
            let bytes = try compressor.compress(parts[2].bytes)
            return [parts[0], parts[1], .init(name: "data.tar.gz", bytes: Array(bytes.prefix(bytes.count * 2 / 3)))]
        }
        try expectRefused(packed, "")
    }

    @Test func `a bomb of zeros ends at the limit`() throws {
        let compressor = try Compression.standard.makeCompressor()
        let zeros = RawDeb.Member(name: "./zeros", bytes: [UInt8](repeating: 0, count: 8 << 20))
        let packed = try RawDeb(members: [zeros]).bytes { parts in
            [parts[0], parts[1], .init(name: "data.tar.gz", bytes: try compressor.compress(parts[2].bytes))]
        }
        #expect(packed.count < 64 << 10)
        let file = folder.path.appending("bomb.deb")
        try Files.writeAtomically(packed, to: file)
        let part = try DebArchive(file).data
        let error = #expect(throws: BerthError.self) {
            var reader = try ArchiveReader(.tar, file, range: part, limits: ArchiveLimits(entrySize: 1 << 20))
            while try reader.next() != nil { try reader.readContents { _ in } }
        }
        #expect(error?.status == .damaged)
        #expect(error?.what.contains("1048576 bytes") == true)
    }

    @Test func `setuid bits are kept and reported`() throws {
        let made = try fragment(RawDeb(members: [.file("./usr/bin/su", mode: 0o4755), .file("./x")]).bytes())
        #expect(made.privileged == ["usr/bin/su"])
        #expect(made.paths.contains("usr/bin/su"))
    }

    @Test func `an honest package gives its files, its records and its date`() throws {
        var deb = RawDeb(members: [
            .folder("./"), .folder("./bin/"), .file("./bin/anchor", mode: 0o755),
            .hardlink("./bin/hook", to: "./bin/anchor"),
            .file("./etc/anchor.conf", "deep = true\n"), .file("./usr/share/man/man1/anchor.1", "manual"),
        ])
        deb.scripts = [
            .file("./conffiles", "/etc/anchor.conf\nremove-on-upgrade /etc/old.conf\n"),
            .file("./postinst", "#!/bin/sh\n"),
        ]
        let made = try fragment(deb.bytes(), removals: [.documentation])
        #expect(
            made.paths.map(\.description) == [
                "usr/bin/anchor", "usr/bin/hook", "etc/anchor.conf", "var/lib/dpkg/info/anchor.conffiles",
                "var/lib/dpkg/info/anchor.list", "var/lib/dpkg/info/anchor.postinst",
            ])
        let known = made.debian?.configuration.map { "\($0.path) \($0.state)" }
        #expect(
            known == [
                "/etc/anchor.conf \(LegacyHash.md5(Array("deep = true\n".utf8)))",
                "/etc/old.conf newconffile remove-on-upgrade",
            ])
        #expect(made.newest == 1_700_000_000)
        #expect(made.folders.isEmpty)
    }
}
