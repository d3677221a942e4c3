import Testing

@testable import BerthLockfiles

/// poetry, pdm, pipenv and PEP 751: what counts as package and what as shape, and what is refused.
@Suite struct OtherPythonLocksTests {
    private func found(_ name: String) throws -> LockedDependencies { try PythonLockfile.named(name).read() }

    @Test(arguments: ["poetry-1.1.lock", "poetry-2.0.lock", "poetry-2.1.lock"])
    func `poetry's packages, folders and repositories`(_ name: String) throws {
        let found = try found(name)
        let names = found.packages.map(\.name)
        #expect(names.contains("click") && names.contains("colorama") && !names.contains("locpkg"))
        let click = try #require(found.packages.first { $0.name == "click" })
        #expect(click.source.hasPrefix("git file:///srv/click.git") && click.source.contains("resolved_reference"))
        let idna = try #require(found.packages.first { $0.name == "typing-extensions" })
        #expect(idna.integrity.count == 2 && idna.source.contains("https://index.example.org/simple"))
        #expect(found.shape.contains(ShapeFact("locpkg", "installed from", "directory local")))
        #expect(found.shape.contains(ShapeFact("locpkg", "version", "0.3")))
        #expect(found.shape.contains(ShapeFact("locpkg", "depends on anyio", ">=4")))
        #expect(found.shape.contains(ShapeFact("the lockfile", "metadata.python-versions", ">=3.10,<4")))
    }

    @Test func `the same packages by three versions of poetry's lockfile are the same`() throws {
        let old = try found("poetry-1.1.lock")
        #expect(try found("poetry-2.0.lock").packages == old.packages)
        #expect(try found("poetry-2.0.lock").shape == old.shape)
        let new = try found("poetry-2.1.lock")
        let colorama = try #require(new.packages.first { $0.name == "colorama" })
        #expect(old.packages.contains(colorama))
        #expect(new.shape.contains(ShapeFact("colorama 0.4.6", "markers", "sys_platform == \"win32\"")))
        #expect(new.shape.contains { $0.aspect == "groups" && $0.value == "dev" })
    }

    @Test func `poetry's lockfile without hashes or commits is refused`() {
        let head = "[metadata]\nlock-version = \"2.1\"\n[[package]]\nname = \"a\"\nversion = \"1\"\nfiles = []\n"
        #expect(faults(head, .poetry).first?.contains("has no hash") == true)
        let git =
            head + "[package.source]\ntype = \"git\"\nurl = \"https://g.example/a\"\nresolved_reference = \"main\"\n"
        #expect(faults(git, .poetry).first?.contains("without a commit") == true)
        let odd = head + "[package.source]\ntype = \"moon\"\nurl = \"x\"\n"
        #expect(faults(odd, .poetry).first?.contains("does not know") == true)
        #expect(faults("package = []\n", .poetry).first?.contains("\"metadata\" is missing") == true)
    }

    @Test func `pdm's entries of extras, folders, files and addresses`() throws {
        let plain = try found("pdm.lock")
        let urls = try found("pdm-urls.lock")
        #expect(plain.packages.map(\.name) == urls.packages.map(\.name))
        #expect(plain.packages.map(\.integrity) == urls.packages.map(\.integrity))
        #expect(Set(urls.packages.map(\.source)).contains("https://files.example.org"))
        #expect(!plain.packages.map(\.name).contains("locpkg"))
        #expect(plain.packages.filter { $0.name == "httpcore" }.count == 1)
        #expect(plain.shape.contains { $0.subject.hasPrefix("httpcore[http2] ") && $0.aspect == "depends on httpcore" })
        #expect(plain.shape.contains(ShapeFact("locpkg", "installed from", "editable ./local")))
        #expect(plain.packages.contains { $0.source == "path ./iniconfig-2.0.0-py3-none-any.whl" })
        #expect(plain.shape.contains { $0.aspect == "metadata.targets" })
    }

    @Test func `pdm's earlier lockfiles have the hashes at the end`() throws {
        let hash = "sha256:" + String(repeating: "b", count: 64)
        let text = """
            [[package]]
            name = "a"
            version = "1"
            summary = ""

            [metadata]
            lock_version = "4.2"
            content_hash = "x"

            [metadata.files]
            "a 1" = [{url = "https://f.example/a.whl", hash = "\(hash)"}]

            """
        let found = try #require(try PythonLocks.read(Array(text.utf8), file: "pdm.lock", format: .pdm))
        #expect(found.packages == [ExternalPackage(name: "a", version: "1", integrity: [hash])])
        #expect(faults(text.replacing("\"a 1\"", with: "\"b 1\""), .pdm).first?.contains("has no hash") == true)
    }

    @Test func `pipenv's categories, indexes and unpinned packages`() throws {
        let file = try PythonLockfile.named("Pipfile.lock")
        let found = try file.read()
        #expect(!found.packages.map(\.name).contains("locpkg"))
        #expect(found.packages.contains { $0.name == "h2" && $0.source == "https://index.example.org/simple" })
        #expect(found.packages.contains { $0.name == "six" && $0.source.hasPrefix("git file:///srv/six.git ref ") })
        #expect(found.shape.contains { $0.subject.hasPrefix("exceptiongroup ") && $0.aspect == "in develop" })
        let open = try file.text.replacing("==1.0.9", with: "*")
        #expect(faults(open, .pipfile).first?.contains("is not pinned") == true)
        let wheel = try file.text.replacing("\"./local\"", with: "\"./local-1.whl\"")
        #expect(faults(wheel, .pipfile).first?.contains("has no hash") == true)
        let branch = try file.text.replacing(#/"ref": "[0-9a-f]+"/#, with: "\"ref\": \"main\"")
        #expect(faults(branch, .pipfile).first?.contains("without a commit") == true)
    }

    @Test func `all sources of PEP 751, and one name twice`() throws {
        let found = try found("pylock.pip.toml")
        #expect(found.packages.contains { $0.name == "six" && $0.source.contains("commit-id 7064fdd") })
        #expect(found.packages.contains { $0.name == "iniconfig" && $0.integrity.count == 1 })
        #expect(found.packages.contains { $0.name == "h2" && $0.source == "https://files.example.org" })
        #expect(found.shape.contains(ShapeFact("locpkg", "installed from", "directory local")))
        let hash = String(repeating: "c", count: 64)
        let text = "lock-version = \"1.0\"\ncreated-by = \"x\"\n"
        func entry(_ marker: String) -> String {
            "[[packages]]\nname = \"a\"\nversion = \"1\"\n\(marker)\n"
                + "wheels = [{ url = \"https://f.example/a.whl\", hashes = { sha256 = \"\(hash)\" } }]\n"
        }
        func read(_ text: String) throws -> LockedDependencies? {
            try PythonLocks.read(Array(text.utf8), file: "pylock.toml", format: .pylock)
        }
        let once = try read(text + entry("marker = \"os_name == 'nt'\""))
        let twice = try read(text + entry("marker = \"os_name == 'nt'\"") + entry(""))
        #expect(once?.packages == twice?.packages && once != twice)
        let none = faults(text + "[[packages]]\nname = \"a\"\n", .pylock)
        #expect(none.count == 1 && none[0].contains("no source"))
        let unhashed = text + "[[packages]]\nname = \"a\"\nwheels = [{ url = \"https://f.example/a.whl\" }]\n"
        #expect(!faults(unhashed, .pylock).isEmpty)
        let empty = faults(text + "[[packages]]\nname = \"a\"\nversion = \"1\"\nwheels = []\n", .pylock)
        #expect(empty.first?.contains("has no hash") == true)
    }
}
