import BerthArchive
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthPackages

/// Opening and installing wheels made by the tests.
@Suite struct PythonWheelTests {
    private let folder: TemporaryFolder
    private let layout: VenvLayout

    init() throws {
        folder = try TemporaryFolder("wheel")
        let target = try #require(PythonTarget(version: "3.13.5", architecture: .arm64, libcMinor: 41))
        layout = try VenvLayout(root: "opt/venv", target: target)
    }

    private func install(_ builder: WheelBuilder, requested: Bool = true) throws -> MemberCollector {
        var collector = MemberCollector()
        let wheel = try builder.open(in: folder.path)
        try WheelInstaller(layout: layout).install(wheel, requested: requested, modified: 99, into: &collector)
        return collector
    }

    private func refusal(_ change: (inout WheelBuilder) -> Void) -> String? {
        var builder = WheelBuilder()
        change(&builder)
        do {
            _ = try install(builder)
            return nil
        } catch let error as BerthError {
            #expect(error.status == .damaged)
            return error.what
        } catch { return "\(error)" }
    }

    @Test func `each part of a wheel goes to its place`() throws {
        var builder = WheelBuilder()
        builder.files = [
            ("demo/__init__.py", "x = 1\n"), ("demo/run.sh", "#!/bin/sh\n"),
            ("demo/__pycache__/a.cpython-313.pyc", "no"),
            ("demo-1.0.data/purelib/pure.py", "p"), ("demo-1.0.data/platlib/plat.so", "s"),
            ("demo-1.0.data/scripts/tool", "#!python\nprint(1)\n"),
            ("demo-1.0.data/scripts/win", "#!pythonw -O\r\nprint(2)\n"),
            ("demo-1.0.data/scripts/native", "ELF"), ("demo-1.0.data/scripts/other", "#!python3\n"),
            ("demo-1.0.data/headers/demo.h", "h"), ("demo-1.0.data/data/share/man/man1/demo.1", "m"),
            ("demo-1.0.dist-info/INSTALLER", "other\n"), ("demo-1.0.dist-info/RECORD.jws", "{}"),
        ]
        builder.programs = ["demo/run.sh"]
        builder.entryPoints =
            "[console_scripts]\ndemo = demo.main:Cli.run [fast]\n[other]\nx = ../../y\n[gui_scripts]\nApp=demo:gui\n"
        let tree = try install(builder)
        let site = "opt/venv/lib/python3.13/site-packages/"
        #expect(
            tree.paths.sorted() == [
                "opt/venv/bin/App", "opt/venv/bin/demo", "opt/venv/bin/native", "opt/venv/bin/other",
                "opt/venv/bin/tool",
                "opt/venv/bin/win", "opt/venv/include/site/python3.13/demo/demo.h",
                site + "demo-1.0.dist-info/INSTALLER",
                site + "demo-1.0.dist-info/METADATA", site + "demo-1.0.dist-info/RECORD",
                site + "demo-1.0.dist-info/REQUESTED", site + "demo-1.0.dist-info/WHEEL",
                site + "demo-1.0.dist-info/entry_points.txt", site + "demo/__init__.py", site + "demo/run.sh",
                site + "plat.so", site + "pure.py", "opt/venv/share/man/man1/demo.1",
            ])
        #expect(tree.text("opt/venv/bin/tool") == "#!/opt/venv/bin/python\nprint(1)\n")
        #expect(tree.text("opt/venv/bin/win") == "#!/opt/venv/bin/python\nprint(2)\n")
        #expect(tree.text("opt/venv/bin/native") == "ELF" && tree.text("opt/venv/bin/other") == "#!python3\n")
        #expect(
            tree.text("opt/venv/bin/demo") == """
                #!/opt/venv/bin/python
                # -*- coding: utf-8 -*-
                import sys
                from demo.main import Cli
                if __name__ == "__main__":
                    sys.exit(Cli.run())

                """)
        #expect(tree.text(site + "demo-1.0.dist-info/INSTALLER") == "berth\n")
        #expect(tree.mode("opt/venv/bin/native") == 0o755 && tree.mode(site + "demo/run.sh") == 0o755)
        #expect(tree.mode(site + "demo/__init__.py") == 0o644)
        #expect(tree.members.allSatisfy { $0.modified == 99 && $0.owner == .root })
    }

    @Test func `the installed RECORD lists every file with the hash it has now`() throws {
        var builder = WheelBuilder()
        builder.files.append(("demo-1.0.data/scripts/tool", "#!python\nprint(1)\n"))
        builder.files.append(("demo/a,b.txt", ""))
        let tree = try install(builder)
        let site = "opt/venv/lib/python3.13/site-packages/"
        let rows = try CSV.rows(try #require(tree.text(site + "demo-1.0.dist-info/RECORD")))
        let expected = zip(tree.members, tree.contents)
            .map { member, bytes -> [String] in
                let path = member.path.description
                let name = path.hasPrefix(site) ? String(path.dropFirst(site.count)) : "../../../" + path.dropFirst(9)
                if name.hasSuffix("/RECORD") { return [name, "", ""] }
                return [name, "sha256=" + Base64URL.encode(Digest.of(bytes).bytes), String(bytes.count)]
            }
            .sorted { $0[0] < $1[0] }
        #expect(rows.sorted { $0[0] < $1[0] } == expected)
        #expect(rows.first?[0] == "../../../bin/tool")
        #expect(!(try install(builder, requested: false)).paths.contains(site + "demo-1.0.dist-info/REQUESTED"))
    }

    @Test func `two installations give the same members in the same order`() throws {
        let (one, other) = (try install(WheelBuilder()), try install(WheelBuilder()))
        #expect(one.members == other.members && one.contents == other.contents)
    }

    @Test func `a wheel whose RECORD and files differ is refused`() {
        #expect(
            refusal { $0.record = { $0.replacing("demo/__init__.py,", with: "demo/other.py,") } }?.contains(
                "RECORD does not list demo/__init__.py") == true)
        #expect(refusal { $0.record = { $0 + "demo/gone.py,sha256=AAAA,1\n" } }?.contains("broken hash") == true)
        let hash = "sha256=" + Base64URL.encode(Digest.of("x").bytes)
        #expect(refusal { $0.record = { $0 + "demo/gone.py,\(hash),1\n" } }?.contains("is not in the wheel") == true)
        #expect(refusal { $0.record = { $0 + "../../evil.py,\(hash),1\n" } }?.contains("leads upwards") == true)
        #expect(refusal { $0.record = { $0.replacing("sha256=", with: "md5=") } }?.contains("not SHA-256") == true)
        #expect(
            refusal { $0.record = { $0.replacing(",6\n", with: ",7\n") } }?.contains("not what RECORD promises") == true
        )
        #expect(refusal { $0.record = { $0 + "\"open" } }?.contains("inside quotes") == true)
        let changed: (inout [ZipBuilder.Entry]) -> Void = { $0[0] = .init("demo/__init__.py", "x = 2\n") }
        #expect(refusal { $0.entries = changed }?.contains("not what RECORD promises") == true)
        #expect(
            refusal { $0.entries = { $0.append(.init("demo/more.py", "")) } }?.contains("does not list demo/more.py")
                == true)
        #expect(refusal { $0.entries = { $0[0].checksum = 1 } } != nil)
    }

    @Test func `a wheel that is another package than its name says is refused`() {
        #expect(refusal { $0.metadata = "Name: evil\nVersion: 1.0\n" }?.contains("says it is the project evil") == true)
        #expect(refusal { $0.metadata = "Name: demo\nVersion: 2.0\n" }?.contains("says it is version 2.0") == true)
        #expect(
            refusal { $0.metadata = "Metadata-Version: 2.1\n\nName: demo\n" }?.contains("lacks Name or Version") == true
        )
        #expect(
            refusal {
                $0.metadata = "Name: De-Mo\nVersion: 1\n"
                $0.project = "de_mo"
            } == nil)
        #expect(
            refusal { $0.files.append(("evil-1.0.dist-info/x", "")) }?.contains("2 folders named .dist-info") == true)
        #expect(
            refusal { $0.wheel = "Wheel-Version: 2.0\nRoot-Is-Purelib: true\n" }?.contains("Wheel-Version 2.0") == true)
        #expect(refusal { $0.wheel = "Wheel-Version: 1.9\nRoot-Is-Purelib: true\n" } == nil)
        #expect(refusal { $0.wheel = "Wheel-Version: 1.0\n" }?.contains("Root-Is-Purelib") == true)
    }

    @Test func `a wheel that writes over the environment, or twice to one place, is refused`() {
        for name in ["scripts/python", "scripts/python3.13", "scripts/activate", "data/pyvenv.cfg", "data/bin/python3"]
        {
            let found = refusal { $0.files.append(("demo-1.0.data/\(name)", "x")) }
            #expect(found?.contains("belongs to the environment") == true, "\(name)")
        }
        #expect(refusal { $0.files.append(("demo-1.0.data/purelib/demo/__init__.py", "x")) }?.contains("twice") == true)
        #expect(refusal { $0.files.append(("demo-1.0.data/purelib/demo", "x")) }?.contains("lies below it") == true)
        #expect(refusal { $0.files.append(("demo-1.0.data/other/x", "x")) }?.contains("no known part") == true)
        #expect(refusal { $0.entryPoints = "[console_scripts]\npython = demo:main\n" }?.contains("environment") == true)
    }

    @Test(arguments: [
        "../x = demo:main", "a/b = demo:main", "x = demo", "x = demo:main()", "x = os;evil:main", " = a:b",
    ])
    func `a command that is no file name, or calls no function, is refused`(line: String) {
        #expect(refusal { $0.entryPoints = "[console_scripts]\n\(line)\n" }?.contains("is no command") == true)
    }

    @Test func `long or spaced interpreters are started through the shell`() {
        #expect(Launcher.shebang("/opt/venv/bin/python") == "#!/opt/venv/bin/python\n")
        let long = "/" + String(repeating: "a", count: 123)
        #expect(Launcher.shebang(long) == "#!\(long)\n")
        #expect(Launcher.shebang(long + "b") == "#!/bin/sh\n'''exec' '\(long)b' \"$0\" \"$@\"\n' '''\n")
        #expect(Launcher.shebang("/a b/python").hasPrefix("#!/bin/sh\n"))
    }

    @Test func `an environment has what the standard library's has`() throws {
        var tree = MemberCollector()
        try VirtualEnvironment(layout: layout).write(modified: 5, into: &tree)
        #expect(
            tree.paths == [
                "opt/venv/bin/activate", "opt/venv/bin/python", "opt/venv/bin/python3", "opt/venv/bin/python3.13",
                "opt/venv/include/python3.13", "opt/venv/lib/python3.13/site-packages", "opt/venv/lib64",
                "opt/venv/pyvenv.cfg",
            ])
        #expect(tree.text("opt/venv/pyvenv.cfg")?.contains("home = /usr/bin\n") == true)
        #expect(tree.text("opt/venv/pyvenv.cfg")?.contains("\nversion = 3.13.5\n") == true)
        #expect(tree.members[1].kind == .symlink(target: "/usr/bin/python3"))
    }
}
