import BerthPackages
import BerthRegistry
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@Suite struct DebianSourcesTests {
    /// A root folder with these files below `etc/apt`.
    private func apt(_ files: [String: String]) throws -> AptConfiguration {
        let folder = try TemporaryFolder("apt")
        for (name, text) in files {
            let path = folder.path.pushing(FilePath("etc/apt")).pushing(FilePath(name))
            try Files.makeDirectory(path.removingLastComponent())
            try Files.writeAtomically(text, to: path)
        }
        return AptConfiguration.read(root: folder.path)
    }

    private func texts(_ sources: [DebianSources.Source]) -> [String] { sources.map(\.address.description) }

    @Test func `one-line entries give the base addresses, whatever their release`() throws {
        let found = try apt([
            "sources.list": """
            # deb http://commented.example/debian trixie main
            deb [arch=arm64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.example/debian bullseye main contrib # note
            deb http://mirror.example/debian bullseye-updates main
            deb-src http://sources.example/debian bullseye main
            deb  http://security.example/debian-security  bullseye-security  main
            deb cdrom:[Debian 13]/ trixie main
            deb http://broken.example/debian

            """
        ])
        #expect(texts(found.main) == ["http://mirror.example/debian"])
        #expect(texts(found.security) == ["http://security.example/debian-security"])
    }

    @Test func `stanza entries may hold several addresses, and may be switched off`() throws {
        let found = try apt([
            "sources.list.d/debian.sources": """
            # Debian
            Types: deb deb-src
            URIs: https://one.example/debian
             https://two.example/debian/
            Suites: bookworm bookworm-updates
            Components: main
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

            Types: deb
            Enabled: no
            URIs: https://off.example/debian
            Suites: bookworm
            Components: main

            Types: deb
            URIs: https://one.example/debian-security
            Suites: bookworm-security
            Components: main

            """,
            "sources.list.d/off.list.disabled": "deb http://disabled.example/debian trixie main\n",
        ])
        #expect(texts(found.main) == ["https://one.example/debian", "https://two.example/debian/"])
        #expect(texts(found.security) == ["https://one.example/debian-security"])
    }

    @Test func `repositories of others are not Debian's archive`() throws {
        let found = try apt([
            "sources.list.d/others.list": """
            deb [signed-by=/etc/apt/keyrings/vendor.asc] https://vendor.example/apt bookworm main
            deb https://cloud.example/apt cloud-sdk-bookworm main
            deb https://engine.example/linux/debian bookworm stable
            deb http://ubuntu.example/ubuntu noble main

            """
        ])
        #expect(found.main.isEmpty && found.security.isEmpty)
    }

    @Test(arguments: [
        ("file:/srv/debian", "file:///srv/debian"), ("file:///srv/debian", "file:///srv/debian"),
        ("copy:/srv/debian", "file:///srv/debian"),
        ("HTTP://Mirror.example:8080/debian", "http://mirror.example:8080/debian"),
    ])
    func `folders and servers are addresses`(written: String, expected: String) throws {
        let found = try apt(["sources.list": "deb \(written) trixie main\n"])
        #expect(texts(found.main) == [expected])
    }

    @Test func `credentials are used and never shown`() throws {
        let found = try apt(["sources.list": "deb https://user:s3cret@mirror.example/debian trixie main\n"])
        #expect(texts(found.main) == ["https://***@mirror.example/debian"])
        #expect(!String(reflecting: found).contains("s3cret"))
    }

    @Test(arguments: [
        ("machine mirror.example login apt password s3:cr/et", true),
        ("machine mirror.example/deb\nlogin a\npassword b", true),
        ("machine https://mirror.example:443 login a password b", false),
        ("machine http://mirror.example login a password b", false),
        ("machine mirror.example/ubuntu login a password b", false),
        ("machine mirror.exampl login a password b", false),
        ("# machine mirror.example login a password b", false),
    ])
    func `logins of apt's own file count for its addresses`(entry: String, matches: Bool) throws {
        let found = try apt([
            "sources.list": "deb https://mirror.example/debian trixie main\n", "auth.conf.d/mirror.conf": entry + "\n",
        ])
        #expect(texts(found.main) == ["https://\(matches ? "***@" : "")mirror.example/debian"])
        #expect(!String(reflecting: found).contains("cr/et"))
    }

    @Test func `a flag wins over the user's file, and that over apt`() throws {
        let machine = try apt(["sources.list": "deb http://apt.example/debian trixie main\n"])
        let file = DebianSources.Given(main: ["http://file.example/debian"], security: ["http://file.example/sec"])
        let flag = DebianSources.Given(main: ["http://flag.example/debian"])
        let all = try DebianSources.choose(flags: flag, userConfiguration: file, apt: machine)
        #expect(texts(all.main) == ["http://flag.example/debian"])
        #expect(texts(all.security) == ["http://file.example/sec"])
        #expect(all.main[0].origin == .flag)
        #expect(
            texts(try DebianSources.choose(userConfiguration: file, apt: machine).main) == [
                "http://file.example/debian"
            ])
        #expect(texts(try DebianSources.choose(apt: machine).main) == ["http://apt.example/debian"])
    }

    @Test(arguments: [
        ("http://mirror.example/debian", ["http://mirror.example/debian-security"]),
        ("http://mirror.example/a/debian/", ["http://mirror.example/a/debian-security"]),
        ("http://mirror.example/archive", []),
    ])
    func `a missing security archive is looked for beside the main one`(main: String, expected: [String]) throws {
        let sources = try DebianSources.choose(flags: .init(main: [main]), apt: try apt([:]))
        #expect(texts(sources.security) == expected)
        #expect(sources.security.allSatisfy { $0.origin == .sibling })
    }

    @Test func `with no address at all the error names every way to give one`() throws {
        let machine = try apt([:])
        let error = try #require(throws: BerthError.self) { try DebianSources.choose(apt: machine) }
        #expect(error.status == .usage)
        let remedy = try #require(error.remedy)
        for way in ["make image DEBIAN_MIRROR=", "--debian-mirror", "berth.yaml"] { #expect(remedy.contains(way)) }
    }

    @Test(arguments: [
        ("Acquire::Check-Valid-Until \"false\";", false), ("Acquire { Check-Valid-Until \"no\"; };", false),
        ("acquire::check-valid-until 0;", false), ("// Acquire::Check-Valid-Until \"false\";", true),
        ("/* Acquire::Check-Valid-Until \"false\"; */ # x", true), ("Acquire::Check-Valid-Until \"true\";", true),
        ("Acquire { http { Check-Valid-Until \"false\"; }; };", true), ("", true),
    ])
    func `apt's word on old Release files counts for apt's addresses only`(setting: String, checks: Bool) throws {
        let machine = try apt([
            "apt.conf.d/99-age": setting + "\n", "apt.conf.d/ignored.bak": "Acquire::Check-Valid-Until \"false\";",
            "sources.list": "deb http://apt.example/debian trixie main\n",
        ])
        #expect(machine.main.map(\.checksExpiry) == [checks])
        let flagged = try DebianSources.choose(flags: .init(main: ["http://flag.example/x"]), apt: machine)
        #expect(flagged.main.map(\.checksExpiry) == [true])
    }
}
