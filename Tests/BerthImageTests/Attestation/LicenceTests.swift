import BerthArchive
import Testing

@testable import BerthImage

/// What packages write about their licence, and what comes of it.
struct LicenceTests {
    @Test(arguments: [
        ("GPL-2+", "GPL-2.0-or-later"), ("LGPL-2.1", "LGPL-2.1-only"), ("GFDL-1.3+", "GFDL-1.3-or-later"),
        ("Expat", "MIT"), ("MIT License", "MIT"), ("apache-2.0", "Apache-2.0"),
        ("GPL-2+ or Artistic", "GPL-2.0-or-later OR Artistic-1.0-Perl"),
        ("GPL-1+ or Artistic, and BSD-3-clause", "(GPL-1.0-or-later OR Artistic-1.0-Perl) AND BSD-3-Clause"),
        ("Expat and Expat and ISC", "MIT AND ISC"),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", "GPL-3.0-or-later WITH GCC-exception-3.1"),
        ("(MIT OR (Apache-2.0 AND ISC))", "MIT OR (Apache-2.0 AND ISC)"),
        ("public-domain", "LicenseRef-public-domain"), ("GPL-9", "LicenseRef-GPL-9"),
        ("GPL-2+ with odd exception", "LicenseRef-GPL-2-or-later-with-odd-exception"),
        ("MIT and (", "LicenseRef-MIT-and"), ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
    ]) func `names become SPDX's`(words: String, expected: String) {
        #expect(LicenceExpression([words])?.text == expected)
    }

    @Test func `several statements hold together, and none is none`() {
        let all = LicenceExpression(["GPL-2 or Expat", "ISC", "ISC"])
        #expect(all?.text == "(GPL-2.0-only OR MIT) AND ISC")
        #expect(LicenceExpression([]) == nil)
        let long = LicenceExpression([String(repeating: "é and (", count: 5000)])
        #expect(long?.references.count == 1 && (long?.text.utf8.count ?? 0) < 100)
    }

    @Test func `a machine-readable copyright file is read by its files, not by its texts`() {
        let text = """
            Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
            Source: somewhere

            Files: *
            Copyright: 2020 A
            License: GPL-2+ or Artistic
             text

            files: debian/*
            license: ISC

            License: GPL-2+
             the whole text

            """
        #expect(CopyrightFile.read(Array(text.utf8)).licences == ["GPL-2+ or Artistic", "ISC"])
        #expect(CopyrightFile.read(Array("This is free.\n\nFiles: *\nLicense: MIT\n".utf8)).licences.isEmpty)
        #expect(CopyrightFile.read([]).licences.isEmpty && CopyrightFile.read([0xFF, 0x0A, 0x3A]).licences.isEmpty)
    }

    @Test(arguments: [
        ("License-Expression: MIT\nLicense: other", "MIT"), ("License: BSD-3-Clause\nAuthor: A", "BSD-3-Clause"),
        ("License: a long\n  text\nClassifier: License :: OSI Approved :: MIT License", "MIT License"),
        ("License: UNKNOWN", nil), ("Name: x", nil), ("Name: x\n\nLicense: MIT", nil),
    ]) func `METADATA states a licence in three ways`(headers: String, expected: String?) {
        #expect(MetadataFile.read(Array(headers.utf8)).licences == [expected].compactMap(\.self))
    }

    @Test(arguments: [
        ("Author: Jane Doe", "Jane Doe", nil), ("Author: A B\nAuthor-email: a@b.org", "A B", "a@b.org"),
        ("Author-email: \"Foo, Bar\" <x@y.org>, Other <o@y.org>", "Foo, Bar", "x@y.org"),
        ("Author-email: x@y.org", "x@y.org", "x@y.org"), ("Maintainer: Us <not a mail>", "Us", nil),
    ]) func `a supplier is a name, perhaps with an address`(headers: String, name: String, mail: String?) throws {
        let stated = try #require(MetadataFile.read(Array(headers.utf8)).supplier)
        let supplier = try #require(Supplier(stated))
        #expect(supplier.name == name && supplier.mail == mail)
    }

    @Test func `documents that are links lead to the package that has them`() throws {
        #expect(StatementFile.standIn("usr/share/doc/libgcc-s1", target: "gcc-14-base") == "gcc-14-base")
        #expect(StatementFile.standIn("usr/share/doc/a/copyright", target: "../b/copyright") == "b")
        #expect(StatementFile.standIn("usr/share/doc/a/other", target: "../b") == nil)
        let packages: ArchivePath = "opt/venv/lib/python3.13/site-packages"
        let own = try ArchivePath(parsing: "x.dist-info/METADATA").below(packages)
        let vendored = try ArchivePath(parsing: "x/_vendor/y.dist-info/METADATA").below(packages)
        #expect(StatementFile(own, of: "x") == .metadata && StatementFile(vendored, of: "x") == nil)
        #expect(StatementFile("lib/node_modules/@a/b/package.json", of: "@a/b") == .manifest)
        #expect(StatementFile("lib/node_modules/@a/b/node_modules/c/package.json", of: "@a/b") == nil)
        #expect(StatementFile("lib/node_modules/@a/b/test/package.json", of: "@a/b") == nil)
    }

    @Test(arguments: [
        (#"{"license":"MIT","author":"A B <a@b.org> (https://b.org)"}"#, ["MIT"], "A B <a@b.org> "),
        (#"{"license":{"type":"ISC"},"author":{"name":"A","email":"a@b.org"}}"#, ["ISC"], "A <a@b.org>"),
        (#"{"licenses":[{"type":"MIT"},{"type":"Apache-2.0"}],"license":7}"#, ["MIT", "Apache-2.0"], nil),
        ("[[[", [], nil), ("{}", [], nil),
    ]) func `package.json states it in several forms`(text: String, licences: [String], supplier: String?) {
        let statement = ManifestFile.read(Array(text.utf8))
        #expect(statement.licences == licences && statement.supplier == supplier)
    }
}
