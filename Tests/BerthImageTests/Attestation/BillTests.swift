import BerthArchive
import BerthPackages
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthImage

/// Bills of materials over names and words that are hard to write.
struct BillTests {
    private var bill: BillOfMaterials {
        let digest = Digest.of("file")
        var components = [
            Component(
                .debian, name: "libstdc++6", version: "1:14.2.0-19~x+b1",
                purl: .debian("libstdc++6", "1:14.2.0-19~x+b1", architecture: "arm64", distribution: "debian-13"),
                sha256: digest, file: "libstdc++6_14.2.0_arm64.deb",
                licence: LicenceExpression(["GPL-3+ with GCC exception", "Expat or \u{202E}\"odd\" (words", "MIT/X11"]),
                supplier: Supplier("Debian GCC Maintainers <debian-gcc@lists.example.org>"), source: "gcc-14"),
            Component(
                .python, name: "Foo_Bar.baz", version: "1!1.0+cu12", purl: .python("Foo_Bar.baz", "1!1.0+cu12"),
                sha256: digest, supplier: Supplier("A (B) <x@example.org>")),
            Component(
                .npm, name: "@scope/name", version: "1.0.0-rc.1", purl: .npm("@scope/name", "1.0.0-rc.1"), sha256: nil),
        ]
        components.append(
            Component(
                .archive, name: "node", version: "24.1.0", purl: PackageURL("generic", name: "node", version: "24.1.0"),
                sha256: digest, licence: LicenceExpression(["MIT"])))
        return BillOfMaterials(
            name: "ship", platform: Platform(.arm64), manifest: Digest.of("manifest"), epoch: 1_700_000_000,
            supplier: nil,
            components: components)
    }

    @Test(arguments: BillFormat.allCases) func `foreign readers find every form valid`(format: BillFormat) async throws
    {
        let folder = try TemporaryFolder("bill")
        let file = folder.path.appending("bill.\(format.rawValue == "spdx" ? "spdx" : "cdx").json")
        try Files.writeAtomically(format.render(bill), to: file)
        let outcome = try await ForeignReaders.run(format.rawValue, file.string)
        #expect(outcome.succeeded && outcome.output == "5\n", "\(outcome.errors)")
    }

    @Test func `foreign readers refuse a bill without suppliers or with a licence that is none`() async throws {
        let folder = try TemporaryFolder("bill")
        let file = folder.path.appending("bill.spdx.json")
        let text = String(decoding: try BillFormat.spdx.render(bill), as: UTF8.self)
        for (old, new) in [
            (#""supplier":"Organization: builder of ship","#, ""),
            (#"licenseDeclared":"MIT""#, #"licenseDeclared":"Nonsuch""#),
        ] {
            #expect(text.contains(old))
            try Files.writeAtomically(text.replacing(old, with: new), to: file)
            #expect(try await !ForeignReaders.run("spdx", file.string).succeeded)
        }
    }

    @Test func `the same image gives the same bytes, another one another name`() throws {
        for format in BillFormat.allCases { #expect(try format.render(bill) == format.render(bill)) }
        var other = bill
        other.manifest = Digest.of("other")
        #expect(other.identifier != bill.identifier)
        #expect(
            bill.identifier.wholeMatch(of: #/[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/#)
                != nil)
    }

    @Test(arguments: [
        (
            PackageURL.debian("libstdc++6", "1:2~a+b", architecture: "arm64", distribution: "debian-13"),
            "pkg:deb/debian/libstdc%2B%2B6@1:2~a%2Bb?arch=arm64&distro=debian-13"
        ),
        (.npm("@scope/name", "1.0.0"), "pkg:npm/%40scope/name@1.0.0"), (.npm("name", "1"), "pkg:npm/name@1"),
        (.python("Foo_Bar", "1.0+cu"), "pkg:pypi/foo-bar@1.0%2Bcu"),
        (PackageURL("generic", name: "a b/é", version: "1%"), "pkg:generic/a%20b%2F%C3%A9@1%25"),
    ]) func `package URLs are encoded as their specification says`(purl: PackageURL, expected: String) {
        #expect(purl.description == expected)
    }
}
