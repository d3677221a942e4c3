import BerthLockfiles
import BerthSystem
import SystemPackage
import Testing

@testable import BerthCache

/// Keys: what changes them and what does not.
struct KeyTests {
    private static let hash = "--hash=sha256:" + String(repeating: "a1", count: 32)

    private static func requirements(_ lines: String...) -> String {
        lines.map { "\($0) \(hash)\n" }.joined()
    }

    private static let integrity = "sha512-" + String(repeating: "A", count: 86) + "=="

    private static let npm = """
        {"name": "x", "version": "1.0.0", "lockfileVersion": 3, "requires": true, "packages": {
          "": {"name": "x", "version": "1.0.0", "dependencies": {"a": "^1.0.0"}},
          "node_modules/a": {"version": "1.0.0", "resolved": "https://npm.example/a.tgz", "integrity": "\(integrity)"}}}
        """

    @Test func `a key is readable, and the same on every machine and in every version of Berth`() throws {
        let key = try Profiles.key("pip", ["requirements.txt": Self.requirements("six==1.16.0")])
        #expect(key.key.text == "pip-linux-amd64-py3.11-dc9657d00b16053dca39f4338a2d5975")
        #expect(key.restoreKeys.map(\.text) == ["pip-linux-amd64-py3.11-"])
        let version = "pip/1 downloads; os=linux; arch=amd64; libc=glibc 2.36; python=cpython 3.11; "
        #expect(key.version == version + "paths=http,http-before,wheels")
        #expect(
            try Profiles.key("npm", ["package-lock.json": Self.npm]).key.text.hasPrefix("npm-linux-amd64-glibc2.36-"))
        let tree = try Profiles.key("node-modules", ["package-lock.json": Self.npm])
        #expect(tree.key.text.hasPrefix("node-modules-linux-amd64-node20-") && tree.restoreKeys.isEmpty)
    }

    @Test func `order, comments and the number of lockfiles decide nothing about downloads`() throws {
        let one = try Profiles.key(
            "pip", ["requirements.txt": Self.requirements("six==1.16.0", "attrs==24.1.0")])
        let turned = try Profiles.key(
            "pip", ["requirements.txt": "# hello\n" + Self.requirements("attrs==24.1.0", "six==1.16.0")])
        let two = try Profiles.key(
            "pip",
            [
                "requirements.txt": Self.requirements("six==1.16.0"),
                "requirements/dev.txt": Self.requirements("attrs==24.1.0"),
            ])
        #expect(one.key == turned.key && one.key == two.key)
        #expect(two.facts.files.map(\.packages) == [1, 1])
        let other = try Profiles.key("pip", ["requirements.txt": Self.requirements("six==1.16.0")])
        #expect(other.key != one.key)
    }

    @Test func `a file that requirements include counts, and must be there`() throws {
        let files = ["requirements.txt": "-r deps/base.txt\n" + Self.requirements("six==1.16.0")]
        let with = files.merging(["deps/base.txt": Self.requirements("attrs==24.1.0")]) { $1 }
        #expect(try Profiles.key("pip", with).facts.packages.map(\.name) == ["attrs", "six"])
        let without = Profiles.failure { _ = try Profiles.key("pip", files) }
        #expect(without.contains("includes deps/base.txt, which is not there"), "\(without)")
    }

    @Test func `the toolchain decides, as far as the profile says`() throws {
        let files = ["requirements.txt": Self.requirements("six==1.16.0")]
        let (pip, venv) = (try Profiles.key("pip", files), try Profiles.key("venv", files))
        for (fact, value, changesPip) in [
            ("python-version", "3.12.0", true), ("python-version", "3.11.9", false), ("libc", "glibc 2.41", true),
            ("python-path", "/opt/python3", false), ("arch", "aarch64", true), ("os", "Darwin", true),
        ] {
            let other = try Profiles.key("pip", files, toolchain: [fact: value])
            #expect((other.key != pip.key) == changesPip && (other.version != pip.version) == changesPip, "\(fact)")
            #expect(try Profiles.key("venv", files, toolchain: [fact: value]).key != venv.key, "\(fact)")
        }
        let moved = try Profiles.key("venv", files) { $0.places["venv"] = "/elsewhere/.venv" }
        #expect(moved.key != venv.key && moved.version != venv.version)
        let nowhere = Profiles.failure { _ = try Profiles.key("venv", files) { $0.places = [:] } }
        #expect(nowhere.contains("where venv lies"))
        let unknown = Profiles.failure {
            _ = try Profiles.key("pip", files) { $0.toolchain = (try? Toolchain(["os": "linux"])) ?? $0.toolchain }
        }
        #expect(unknown.contains("is not known") && unknown.contains("--toolchain"), "\(unknown)")
        #expect(throws: BerthError.self) { try Toolchain(["pyton-version": "3"]) }
        #expect(throws: BerthError.self) { try Toolchain(["os": "a\nb"]) }
    }

    @Test func `groups, variables and settings decide; secrets do not, and are not shown`() throws {
        let files = ["package-lock.json": Self.npm]
        let plain = try Profiles.key("node-modules", files)
        let group = try Profiles.key("node-modules", files) { $0.choices = ["group dev"] }
        let node = try Profiles.key("node-modules", files) { $0.variables = ["NODE_ENV": "production", "HOME": "/"] }
        #expect(Set([plain.key, group.key, node.key]).count == 3)
        func npmrc(_ text: String) throws -> ProfileKey {
            try Profiles.key("node-modules", files.merging([".npmrc": text]) { $1 })
        }
        let token = try npmrc("//npm.example/:_authToken=SECRET1\n_auth=SECRET2\n# a comment\n")
        #expect(token.key == plain.key)
        let linker = try npmrc("node-linker = hoisted\nregistry=https://me:SECRET3@npm.example/\n")
        #expect(linker.key != plain.key)
        let shown = linker.facts.settings.map { "\($0.name)=\($0.value)" }
        #expect(shown[0] == ".npmrc node-linker=hoisted" && !shown.joined().contains("SECRET"), "\(shown)")
    }

    @Test func `package.json counts beside a yarn.lock alone, by what it asks for`() throws {
        let yarn = """
            # yarn lockfile v1


            a@^1.0.0:
              version "1.0.0"
              resolved "https://npm.example/a/-/a-1.0.0.tgz#\(String(repeating: "0", count: 40))"
              integrity \(Self.integrity)

            """
        func key(_ lock: String, _ text: String, _ package: String) throws -> CacheKey {
            try Profiles.key("node-modules", [lock: text, "package.json": package, "web/package.json": "{}"]).key
        }
        let one = try key("yarn.lock", yarn, "{\"dependencies\": {\"a\": \"^1.0.0\"}, \"version\": \"1\"}")
        #expect(try key("yarn.lock", yarn, "{\"version\": \"2\", \"dependencies\": {\"a\": \"^1.0.0\"}}") == one)
        #expect(try key("yarn.lock", yarn, "{\"dependencies\": {\"a\": \"^1.0.1\"}}") != one)
        #expect(
            try key("package-lock.json", Self.npm, "{\"dependencies\": {\"a\": \"1\"}}")
                == key("package-lock.json", Self.npm, "{}"))
    }

    @Test func `a profile of certain packages depends on those alone`() throws {
        func key(_ lines: String...) throws -> ProfileKey {
            try Profiles.key("playwright", ["requirements.txt": lines.map { "\($0) \(Self.hash)\n" }.joined()])
        }
        let one = try key("playwright==1.50.0", "six==1.16.0")
        #expect(try key("playwright==1.50.0", "six==1.17.0").key == one.key)
        #expect(try key("playwright==1.51.0", "six==1.16.0").key != one.key)
        #expect(Profiles.failure { _ = try key("six==1.16.0") }.contains("no lockfile holds playwright"))
    }

    @Test func `by files, the key ends in hashFiles, and toolchain and settings are in the version`() throws {
        let files = ["package-lock.json": Self.npm, ".npmrc": "node-linker=hoisted\n"]
        let key = try Profiles.key("node-modules", files) { $0.mode = .files }
        let value = HashFiles.value(
            try HashFiles.files(
                ["package-lock.json"], among: [.init(name: "package-lock.json", bytes: Array(Self.npm.utf8))]))
        #expect(key.key.text == "node-modules-linux-amd64-node20-" + value && value.utf8.count == 64)
        let other = try Profiles.key("node-modules", ["package-lock.json": Self.npm]) { $0.mode = .files }
        #expect(other.key == key.key && other.version != key.version)
    }

    @Test func `lockfiles that can't be read make no key, and say why`() throws {
        func failure(_ name: String, _ text: String, _ profile: String = "npm") -> String {
            Profiles.failure { _ = try Profiles.key(profile, [name: text]) }
        }
        for (name, text, part) in [
            ("package-lock.json", "", "no key was made"),
            ("package-lock.json", "{\"lockfileVersion\": 3", "can't be read"),
            (
                "package-lock.json", Self.npm.replacing("\"lockfileVersion\": 3", with: "\"lockfileVersion\": 4"),
                "version 4"
            ),
            ("package-lock.json", "<<<<<<< HEAD\n" + Self.npm, "package-lock.json:1:1"),
        ] { #expect(failure(name, text).contains(part), "\(failure(name, text))") }
        #expect(failure("pnpm-lock.yaml", "lockfileVersion: '12.0'\n", "pnpm").contains("version 12.0"))
        #expect(failure("uv.lock", "version = 9\n", "uv").contains("--by files"))
        #expect(failure("requirements.txt", "six\n", "pip").contains("not pinned"))
        #expect(failure("other.txt", "", "pip").contains("looked for *requirements*.txt"))
        let custom = Profiles.failure {
            _ = try Profiles.key("npm", ["Cargo.lock": "x"]) { $0.lockfiles = ["Cargo.lock"] }
        }
        #expect(custom.contains("nobody knows how to read the lockfile Cargo.lock"), "\(custom)")
    }

    @Test func `what is sent is bounded, and no name leads out of the checkout`() throws {
        func failure(_ files: [PostedFile]) -> String {
            Profiles.failure { _ = try Profiles.key("npm", [:]) { $0.files = files } }
        }
        let large = PostedFile(name: "package-lock.json", bytes: Array(repeating: 32, count: (8 << 20) + 1))
        #expect(failure([large]).contains("larger than 8 MiB"))
        #expect(failure((0..<65).map { .init(name: "\($0)", bytes: []) }).contains("65 files"))
        let many = (0..<5).map { PostedFile(name: "\($0)", bytes: Array(repeating: 32, count: 8 << 20)) }
        #expect(failure(many).contains("32 MiB together"))
        for name in ["../package-lock.json", "/package-lock.json", "a//b", "", "a\nb", "."] {
            #expect(failure([.init(name: name, bytes: [])]).contains("is no name"), "\(name)")
        }
        #expect(failure([.init(name: "a", bytes: []), .init(name: "a", bytes: [])]).contains("twice"))
    }
}
