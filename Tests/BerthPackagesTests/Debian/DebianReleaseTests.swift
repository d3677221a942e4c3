import BerthPackages
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// Every way in which a Release file can't be trusted, each with a real signature by a throw-away key.
@Suite(.serialized) struct DebianReleaseTests {
    /// The error of a resolution that must fail.
    private func failure(_ work: () async throws -> DebianResolution) async throws -> BerthError {
        do { _ = try await work() } catch let error as BerthError { return error }
        throw BerthError(.failed, "it did not fail")
    }

    @Test(arguments: ReleaseVerifier.Tool.allCases)
    func `a good signature by a known key is accepted`(tool: ReleaseVerifier.Tool) async throws {
        try await DebianTestArchive.using { archive in
            try await archive.publish()
            let resolution = try await archive.resolve(tools: [tool])
            #expect(resolution.packages.map(\.description) == ["bash 5.2-1", "git 1:2.47-1"])
            #expect(resolution.suites.map(\.codename) == ["trixie"])
            #expect(resolution.suites.map(\.version) == ["13.8"])
            #expect(resolution.suites.map(\.date) == [1_795_252_544])
        }
    }

    @Test(arguments: ReleaseVerifier.Tool.allCases)
    func `a changed text, an unknown key and an expired key are refused by name`(
        tool: ReleaseVerifier.Tool
    ) async throws {
        try await DebianTestArchive.using { archive in
            var archive = archive
            let home = archive.home
            try await home.makeKey("stranger@berth.test")
            try await home.makeKey("old@berth.test", lasts: "1d", from: "20200101T000000")
            try await home.exportKeys(["archive@berth.test", "old@berth.test"], to: archive.keyring)

            try await archive.publish()
            let text = try Files.readText(archive.inRelease())
            try Files.writeAtomically(text.replacing("13.8", with: "13.9"), to: archive.inRelease())
            let changed = try await failure { try await archive.resolve(tools: [tool]) }
            #expect(changed.status == .damaged)
            #expect(changed.what.contains(tool == .gpgv ? "does not fit" : "key"))

            archive.signers = ["stranger@berth.test"]
            try await archive.publish()
            let unknown = try await failure { try await archive.resolve(tools: [tool]) }
            let key = try await home.fingerprint("stranger@berth.test")
            #expect(unknown.status == .damaged)
            #expect(unknown.what.contains(key.suffix(16)), "\(unknown)")

            archive.signers = ["old@berth.test"]
            archive.signingOptions = ["--faked-system-time", "20200101T120000"]
            try await archive.publish()
            let old = try await failure { try await archive.resolve(tools: [tool]) }
            let oldKey = try await home.fingerprint("old@berth.test")
            #expect(old.status == .damaged && old.what.contains(tool == .gpgv ? "expired" : "before"), "\(old)")
            #expect(old.what.contains(oldKey.suffix(16)), "\(old)")
        }
    }

    @Test func `one known signer among strangers is enough`() async throws {
        try await DebianTestArchive.using { archive in
            var archive = archive
            try await archive.home.makeKey("next@berth.test")
            archive.signers = ["next@berth.test", "archive@berth.test"]
            try await archive.publish()
            #expect(try await archive.resolve().packages.count == 2)
        }
    }

    @Test func `an expired signature is refused`() async throws {
        try await DebianTestArchive.using { archive in
            var archive = archive
            try await archive.home.makeKey("early@berth.test", from: "20200101T000000")
            try await archive.home.exportKeys(["early@berth.test"], to: archive.keyring)
            archive.signers = ["early@berth.test"]
            archive.signingOptions = ["--faked-system-time", "20200102T000000", "--default-sig-expire", "1d"]
            try await archive.publish()
            let error = try await failure { try await archive.resolve() }
            #expect(error.status == .damaged && error.what.contains("has expired"), "\(error)")
        }
    }

    @Test func `an unsigned file and a web page are refused`() async throws {
        try await DebianTestArchive.using { archive in
            try await archive.publish()
            let text = try Files.readText(archive.inRelease())
            let body = text.split(separator: "\n").drop { !$0.hasPrefix("Origin") }.prefix { !$0.hasPrefix("-----") }
            try Files.writeAtomically(body.joined(separator: "\n"), to: archive.inRelease())
            let unsigned = try await failure { try await archive.resolve() }
            #expect(unsigned.status == .damaged && unsigned.what.contains("no signature"))
            try Files.writeAtomically("<!DOCTYPE html><html><body>Sign in</body></html>", to: archive.inRelease())
            let page = try await failure { try await archive.resolve() }
            #expect(page.status == .damaged && page.what.contains("web page"))
        }
    }

    @Test(arguments: ["before", "after", "twice", "header", "cut"])
    func `text outside the signed part is refused`(place: String) async throws {
        try await DebianTestArchive.using { archive in
            try await archive.publish()
            let text = try Files.readText(archive.inRelease())
            let changed =
                switch place {
                case "before": "Origin: Evil\n\n" + text
                case "after": text + "Origin: Evil\n"
                case "twice": text + text
                case "header": text.replacing("Hash: SHA", with: "Origin: Evil\nHash: SHA")
                default: String(text.dropLast(60))
                }
            try Files.writeAtomically(changed, to: archive.inRelease())
            #expect(try await failure { try await archive.resolve() }.status == .damaged)
        }
    }

    @Test func `a Release past its Valid-Until is refused, unless apt's configuration says otherwise`() async throws {
        try await DebianTestArchive.using { archive in
            var archive = archive
            archive.extraFields = "Valid-Until: Sun, 22 Nov 2020 09:15:44 UTC"
            try await archive.publish(byHash: false)
            let error = try await failure { try await archive.resolve() }
            #expect(error.status == .temporary && error.what.contains("2020-11-22"))
            #expect(error.remedy?.contains("later") == true)
            let etc = archive.folder.path.pushing(FilePath("etc/apt"))
            try Files.makeDirectory(etc.appending("apt.conf.d"))
            try Files.writeAtomically("deb file:\(archive.root) trixie main\n", to: etc.appending("sources.list"))
            let machine = AptConfiguration.read(root: archive.folder.path)
            #expect(try await failure { try await archive.resolve(apt: machine) }.status == .temporary)
            try Files.writeAtomically(
                "Acquire::Check-Valid-Until \"false\";\n", to: etc.pushing(FilePath("apt.conf.d/99age")))
            let lenient = AptConfiguration.read(root: archive.folder.path)
            #expect(try await archive.resolve(apt: lenient).packages.count == 2)
        }
    }

    @Test func `a Release older than one seen before is refused`() async throws {
        try await DebianTestArchive.using { archive in
            try await archive.publish()
            #expect(try await archive.resolve(lastSeen: ["trixie": 1_795_252_544]).packages.count == 2)
            let error = try await failure { try await archive.resolve(lastSeen: ["trixie": 1_795_252_545]) }
            #expect(error.status == .temporary && error.what.contains("seen before"))
        }
    }

    @Test func `another release than the one asked for is refused`() async throws {
        try await DebianTestArchive.using { archive in
            var archive = archive
            archive.codename = "forky"
            try await archive.publish()
            let error = try await failure { try await archive.resolve() }
            #expect(error.status == .damaged && error.what.contains("forky"))
        }
    }

    @Test func `hashes weaker than SHA-256 are no proof`() async throws {
        try await DebianTestArchive.using { archive in
            var archive = archive
            archive.sumsField = "MD5Sum"
            try await archive.publish()
            let error = try await failure { try await archive.resolve() }
            #expect(error.status == .damaged && error.what.contains("SHA-256"))
        }
    }

    @Test func `without a verifier nothing is fetched, and the error says what to install`() throws {
        let error = try #require(throws: BerthError.self) { try ReleaseVerifier(tools: []) }
        #expect(error.remedy?.contains("gpgv") == true)
    }
}
