import BerthDocument
import BerthSystem
import Testing

@testable import BerthLockfiles

@Suite struct RequirementsTests {
    private static let hash = "sha256:" + String(repeating: "a", count: 64)
    private static let other = "sha256:" + String(repeating: "b", count: 64)

    private func read(_ text: String, _ files: [String: String] = [:]) throws -> LockedDependencies {
        let found = try PythonLocks.read(Array(text.utf8), file: "reqs/dev.txt", format: .requirements) { path in
            guard let text = files[path] else { throw BerthError(.failed, "no \(path)") }
            return Array(text.utf8)
        }
        return try #require(found)
    }

    @Test func `one requirement in many layouts is the same`() throws {
        let plain = try read("Typing.Extensions[b,A]==4.1 ; os_name == 'x' --hash=\(Self.hash) --hash=\(Self.other)\n")
        #expect(
            plain.packages == [
                ExternalPackage(name: "typing-extensions", version: "4.1", integrity: [Self.hash, Self.other])
            ])
        #expect(plain.shape.map(\.value).sorted() == ["a", "b", "if os_name == 'x'"])
        for text in [
            "# a note\n\n  typing_extensions [a, b] == 4.1;os_name  == 'x' \\\n  --hash=\(Self.other) \\\n"
                + "    --hash \(Self.hash)\n    # via x\n",
            "typing-extensions[a,b]===4.1; os_name == 'x' --hash=\"\(Self.other)\" --hash='\(Self.hash)' # note\r\n",
            "typing-extensions[a,b] (==4.1) ; os_name == 'x' \\\r\n --hash=\(Self.hash.uppercased()) \\\r\n"
                + " --hash=\(Self.other)",
        ] {
            let found = try read(text)
            #expect(found.packages.map(\.name) == plain.packages.map(\.name), "\(text)")
            #expect(found.packages.map(\.integrity) == plain.packages.map(\.integrity), "\(text)")
            #expect(found.shape == plain.shape, "\(text)")
        }
    }

    @Test func `addresses, repositories, files and folders`() throws {
        let commit = String(repeating: "7", count: 40)
        let found = try read(
            """
            --index-url https://me:pw@one.example/simple
            --extra-index-url=https://two.example/simple --only-binary :all:
            a @ https://f.example/a-1.whl?x=1#sha256=\(Self.hash.dropFirst(7)) ; os_name == 'x'
            https://f.example/B_b-1.0-py3-none-any.whl --hash=\(Self.hash)
            -e git+https://git@g.example/c.git@\(commit)#egg=c&subdirectory=d
            d @ git+ssh://g.example/d@\(commit)
            ./vendor/some-pkg-2.0.tar.gz --hash=\(Self.hash)
            -e .
            ./packages/alpha[fast] ; os_name == 'y'
            file:///srv/project/beta
            e==1 --hash=\(Self.hash) --config-settings=k=v
            """)
        let names = found.packages.map(\.name)
        #expect(names == ["a", "b-b", "c", "d", "e", "some-pkg"])
        #expect(found.packages[2].source == "git+https://g.example/c.git@\(commit)#egg=c&subdirectory=d")
        #expect(
            found.packages.last { $0.name == "e" }?.source
                == "https://one.example/simple and https://two.example/simple")
        for fact in [
            ShapeFact(".", "installed from", "editable ."),
            ShapeFact("./packages/alpha", "wanted", "if os_name == 'y'"),
            ShapeFact("./packages/alpha", "installed from", "directory ./packages/alpha"),
            ShapeFact("./packages/alpha", "extra", "fast"), ShapeFact("e 1", "--config-settings", "k=v"),
            ShapeFact("the lockfile", "--only-binary", ":all:"), ShapeFact("a", "wanted", "if os_name == 'x'"),
        ] { #expect(found.shape.contains(fact), "\(fact) is not in \(found.shape)") }
    }

    @Test func `what is not pinned for good is refused, with the place and the remedy`() {
        for (line, words) in [
            ("a", "a is not pinned"), ("a>=1 --hash=\(Self.hash)", "a is not pinned"),
            ("a==1.* --hash=\(Self.hash)", "a is not pinned"), ("a==1,<2 --hash=\(Self.hash)", "a is not pinned"),
            ("a==1", "a 1 has no --hash"), ("a==1 --hash=sha256:abc", "is cut"), ("a==1 --hash", "has no value"),
            ("a @ https://f.example/a.whl", "no --hash"), ("git+https://g.example/a@main#egg=a", "without a commit"),
            ("https://f.example/download --hash=\(Self.hash)", "tells no name"), ("./a-1.whl", "no --hash"),
            ("a==1 --moon --hash=\(Self.hash)", "not an option"), ("--moon", "not an option"),
            ("a==1 --hash=\(Self.hash) \\", "ends where a line goes on"), ("a==1 --hash='\(Self.hash)", "does not end"),
            ("a[b==1 --hash=\(Self.hash)", "bracket"), ("é==1 --hash=\(Self.hash)", "not a requirement"),
            ("-r more.txt", "not known from this file alone"), ("-c https://x.example/c.txt", "can change"),
            ("a\u{0}==1 --hash=\(Self.hash)", "control character"), ("--hash=\(Self.hash)", "without a requirement"),
        ] {
            let found = faults("b==1 --hash=\(Self.hash)\n" + line + "\n", .requirements)
            #expect(!found.isEmpty && found[0].hasPrefix("f:2:1: ") && found[0].contains(words), "\(line): \(found)")
        }
        let secret = faults("git+https://me:secret@g.example/a@main", .requirements)
        #expect(!secret.isEmpty && !secret.joined().contains("secret"))
    }

    @Test func `included files are read where the caller hands them out`() throws {
        let main = "-r ../base.txt\n-c limits.txt\na==1 --hash=\(Self.hash)\n"
        var files = ["base.txt": "-r reqs/more.txt\nb==2 --hash=\(Self.hash)\n", "reqs/limits.txt": "a<2\n"]
        files["reqs/more.txt"] = "c==3 --hash=\(Self.hash)\n"
        let found = try read(main, files)
        #expect(found.packages.map(\.name) == ["a", "b", "c"])
        #expect(found.shape.contains(ShapeFact("the lockfile", "constraint", "a<2")))
        files["reqs/more.txt"] = "-r dev.txt\n"
        #expect(throws: DocumentFaults.self) { try read(main, files) }
        files["reqs/more.txt"] = "c\n"
        let error = #expect(throws: DocumentFaults.self) { try read(main, files) }
        #expect(error?.faults.first?.place == DocumentPlace(file: "reqs/more.txt", line: 1, column: 1))
        #expect(throws: BerthError.self) { try read("-r gone.txt\n") }
    }

    @Test func `the order of lines does not matter, each part of them does`() throws {
        let file = try PythonLockfile.named("requirements.txt")
        let lines = RequirementLines.split(Array(try file.text.utf8), file: "f", Faults()).map(\.text)
        let expected = try file.read()
        var noise = LockfileNoise(state: 3)
        for _ in 0..<10 {
            #expect(try file.read(lines.shuffled(using: &noise).joined(separator: "\n\n")) == expected)
        }
        for index in lines.indices {
            #expect(try file.read((lines[..<index] + lines[(index + 1)...]).joined(separator: "\n")) != expected)
            for (old, new) in [
                ("==", "==9"), ("linux", "win32"),
                ("--hash=sha256:", "--hash=sha256:\(Self.hash.suffix(64)) --hash=sha256:"),
            ]
            where lines[index].contains(old) {
                var changed = lines
                changed[index] =
                    old == "==" ? Self.first(old, new, changed[index]) : changed[index].replacing(old, with: new)
                #expect(try file.read(changed.joined(separator: "\n")) != expected, "\(changed[index])")
            }
        }
    }

    private static func first(_ old: String, _ new: String, _ text: String) -> String {
        text.replacing(old, with: new, maxReplacements: 1)
    }
}
