import BerthArchive
import BerthSystem
import Testing

@testable import BerthImage

/// What happens to a package's paths, and what is read out of its scripts.
struct RewritingTests {
    @Test(
        arguments: [
            ("bin/sh", "usr/bin/sh"), ("sbin/ldconfig", "usr/sbin/ldconfig"), ("lib/x.so", "usr/lib/x.so"),
            ("lib64/ld.so", "usr/lib64/ld.so"), ("libexec/x", "libexec/x"), ("usr/bin/sh", "usr/bin/sh"),
            ("binaries/x", "binaries/x"), ("lib32/a/b", "usr/lib32/a/b"),
        ])
    func `old paths move below usr`(from: String, to: String) throws {
        #expect(MergedUsr.placed(try ArchivePath(parsing: from), isFolder: false)?.description == to)
    }

    @Test func `a folder that is a link gives way, and the link stays`() {
        #expect(MergedUsr.placed("bin", isFolder: true) == nil)
        #expect(MergedUsr.placed("lib64", isFolder: true) == nil)
        #expect(MergedUsr.placed("bin", isFolder: false) == "bin")
        #expect(MergedUsr.placed("bin/sub", isFolder: true) == "usr/bin/sub")
    }

    @Test(
        arguments: [
            ("usr/share/doc/git/copyright", false), ("usr/share/doc/git/changelog.gz", true),
            ("usr/share/doc/g++", false), ("usr/share/doc/git/examples/a/copyright", false),
            ("usr/share/man/man1/git.1.gz", true), ("usr/share/manual", false), ("usr/share/info/dir", true),
            ("usr/share/locale/de/x.mo", false),
        ])
    func `documentation goes, copyright and links to it stay`(path: String, isDropped: Bool) throws {
        #expect(Removal.documentation.drops(try ArchivePath(parsing: path)) == isDropped)
    }

    @Test(
        arguments: [
            ("usr/share/locale/de/LC_MESSAGES/x.mo", true), ("usr/share/locale/locale.alias", false),
            ("usr/lib/locale/C.utf8/LC_CTYPE", false), ("usr/share/locale", false),
        ])
    func `translations go, the C locale stays`(path: String, isDropped: Bool) throws {
        #expect(Removal.locales.drops(try ArchivePath(parsing: path)) == isDropped)
    }

    @Test func `alternatives are read over continued lines`() {
        let script = """
            if [ "$1" = configure ]; then
              update-alternatives --quiet --install /usr/bin/awk awk /usr/bin/mawk 5 \\
                --slave /usr/bin/nawk nawk /usr/bin/mawk \\
                --slave /usr/share/man/man1/awk.1.gz awk.1.gz /usr/share/man/man1/mawk.1.gz
            fi
            """
        #expect(
            AlternativeReader.read(script) == [
                Alternative(
                    link: "/usr/bin/awk", name: "awk", path: "/usr/bin/mawk", priority: 5,
                    slaves: [
                        .init(link: "/usr/bin/nawk", name: "nawk", path: "/usr/bin/mawk"),
                        .init(
                            link: "/usr/share/man/man1/awk.1.gz", name: "awk.1.gz",
                            path: "/usr/share/man/man1/mawk.1.gz"),
                    ])
            ])
    }

    @Test func `a loop over words is unrolled`() {
        let script = """
            for std in c89 c99; do
                update-alternatives --install /usr/bin/${std} ${std} /usr/bin/${std}-gcc 20
            done
            """
        #expect(AlternativeReader.read(script).map(\.name) == ["c89", "c99"])
        #expect(AlternativeReader.read(script).map(\.path) == ["/usr/bin/c89-gcc", "/usr/bin/c99-gcc"])
    }

    @Test(
        arguments: [
            "update-alternatives --install $link name /usr/bin/x 5", "# update-alternatives --install /a b /c 5",
            "update-alternatives --install /usr/bin/x x", "update-alternatives --install /usr/bin/x x /usr/bin/y $PRIO",
            "update-alternatives --remove awk /usr/bin/mawk", "for x in; do", "((((((", "))))", "",
        ])
    func `what can't be known without running the script is left out`(script: String) {
        #expect(AlternativeReader.read(script).isEmpty)
    }

    @Test func `a status paragraph has dpkg's order of fields`() {
        var facts = DebianFacts()
        facts.control =
            "Package: a\nVersion: 1\nHomepage: none\nDepends: b\nDescription: one\n more\nSection: c\nX-Own: d\n"
        facts.configuration = [.init(path: "/etc/a", state: "0123")]
        #expect(
            StatusStanza(facts).text == """
                Package: a
                Status: install ok installed
                Section: c
                Version: 1
                Depends: b
                Conffiles:
                 /etc/a 0123
                Description: one
                 more
                Homepage: none
                X-Own: d

                """)
    }
}
