import BerthArchive
import BerthSystem
import Testing

@testable import BerthPackages

@Suite struct PackagesIndexTests {
    @Test func `a package carries everything that its stanza says`() throws {
        var stanzas = DebianStanzas()
        stanzas.add("other")
        stanzas.add(
            "libfoo1", "1:2.0-3+b1", "Source: foo (1:2.0-3)", "Section: libs", "Multi-Arch: same", "Essential: yes",
            "Depends: other (>= 1),\n other2", "Provides: foo-abi (= 2)")
        let index = try stanzas.index("trixie-updates")
        let package = try DebianPackage(index.stanzas(of: "libfoo1")[0], origin: index.origin)
        #expect(package.version.text == "1:2.0-3+b1")
        #expect(package.sourceName == "foo" && package.sourceVersion.text == "1:2.0-3")
        #expect(package.section == "libs" && package.multiArch == .same && package.isEssential)
        #expect(package.depends.map(\.description) == ["other (>= 1)", "other2"])
        #expect(package.provides.map(\.description) == ["foo-abi (= 2)"])
        #expect(package.size == ByteCount(7000) && package.installedSize == ByteCount(12 * 1024))
        #expect(package.origin.suite == "trixie-updates")
        #expect(package.digest == Digest.of("libfoo1 1:2.0-3+b1"))
    }

    @Test func `names and providers are found as whole words`() throws {
        var stanzas = DebianStanzas()
        stanzas.add("foo", "1", "Provides: bar-extra, bar.x, bar (= 2), libbar")
        stanzas.add("foo-extra", "1", "Provides: extra-bar")
        stanzas.add("baz", "1", "Provides: bar")
        let index = try stanzas.index()
        #expect(index.count == 3)
        #expect(index.stanzas(of: "foo").count == 1)
        #expect(index.providerNames(of: "bar") == ["foo", "baz"])
        #expect(index.providerNames(of: "foo").isEmpty)
    }

    @Test(arguments: ["Filename", "Size", "SHA256", "Version", "Architecture"])
    func `a stanza without a needed field names the package`(field: String) throws {
        var stanzas = DebianStanzas()
        stanzas.add("foo")
        let lines = stanzas.text.split(separator: "\n").filter { !$0.hasPrefix(field) }.joined(separator: "\n")
        let index = try PackagesIndex(Array(lines.utf8), origin: DebianIndexOrigin(suite: "trixie", archive: .main))
        let error = try #require(throws: BerthError.self) {
            try DebianPackage(index.stanzas(of: "foo")[0], origin: index.origin)
        }
        #expect(error.status == .damaged && error.what.contains("foo"))
    }

    @Test(arguments: [
        "../../etc/passwd", "/etc/passwd", "pool//x", "pool/./x", "pool/a b", "pool/a?b", "pool/%2e%2e/x",
    ])
    func `a pool path that could lead elsewhere is refused`(path: String) throws {
        var stanzas = DebianStanzas()
        stanzas.add("foo")
        let text = stanzas.text.replacing("pool/main/f/foo/foo_1.0_arm64.deb", with: path)
        let index = try PackagesIndex(Array(text.utf8), origin: DebianIndexOrigin(suite: "trixie", archive: .main))
        #expect(throws: BerthError.self) { try DebianPackage(index.stanzas(of: "foo")[0], origin: index.origin) }
    }

    @Test func `what is no package index is refused`() {
        let origin = DebianIndexOrigin(suite: "trixie", archive: .main)
        #expect(throws: BerthError.self) { try PackagesIndex(Array("<html>\n<p>\n".utf8), origin: origin) }
        #expect(throws: BerthError.self) { try PackagesIndex(Array("Package: a\0b\n".utf8), origin: origin) }
    }

    @Test func `an empty index has no packages`() throws {
        let index = try PackagesIndex([], origin: DebianIndexOrigin(suite: "trixie-updates", archive: .main))
        #expect(index.count == 0)
        #expect(index.providerNames(of: "awk").isEmpty)
    }
}
