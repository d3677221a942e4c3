import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// `berth cache key` and `detect`, and saving and restoring by profile.
struct CacheKeyCommandTests {
    private let folder: TemporaryFolder
    private let calls: Calls

    init() throws {
        folder = try TemporaryFolder("keys")
        calls = Calls(
            home: folder.path.appending("store"),
            environment: [
                "GITHUB_REPOSITORY": "octo/hello", "GITHUB_REF": "", "GITHUB_BASE_REF": "",
                "GITHUB_OUTPUT": folder.path.appending("output").string, "PIP_CACHE_DIR": "", "XDG_CACHE_HOME": "",
                "XDG_CONFIG_HOME": folder.path.appending("config").string,
            ])
        try folder.write(["job/requirements.txt": .text(Self.requirements("1.16.0"))])
    }

    private static func requirements(_ version: String) -> String {
        "six==\(version) --hash=sha256:\(String(repeating: "0f", count: 32))\n"
    }

    private var job: FilePath { folder.path.appending("job") }

    private func berth(_ arguments: String...) async throws -> Command.Outcome {
        try await calls.other(BuiltProgram.path.string, ["cache"] + arguments)
    }

    private func key(_ arguments: String...) async throws -> Command.Outcome {
        try await calls.other(BuiltProgram.path.string, ["cache", "key", "--root", job.string] + arguments)
    }

    @Test func `a key is one line, and explains itself`() async throws {
        let plain = try await key("--profile", "pip")
        #expect(plain.output.contains(#/^pip-(linux|macos)-(amd64|arm64)-py3\.\d+-[0-9a-f]{32}\n$/#), "\(plain)")
        #expect(try await key().output.split(separator: "\n").map { $0.prefix(4) } == ["pip-", "venv"])
        let explained = try await key("--profile", "pip", "--explain", "--toolchain", "libc=glibc 9.9")
        #expect(
            explained.output.contains("requirements.txt (requirements): 1 packages")
                && explained.output.contains("libc glibc 9.9"), "\(explained)")
        let files = try await key("--profile", "pip", "--by", "files", "--json")
        let keys = try #require((try files.json() as? [String: Any])?["keys"] as? [[String: Any]])
        #expect((keys[0]["key"] as? String)?.split(separator: "-").last?.count == 64)
        #expect(keys[0]["by"] as? String == "files")
        let none = try await key("--profile", "npm")
        #expect(none.code == 64 && none.errors.contains("no lockfile of the profile npm"), "\(none)")
    }

    @Test func `from outside, a job's key and folders are those of its user and variables alone`() async throws {
        let yarn = "# yarn lockfile v1\n\n\n"
        try folder.write(["job/yarn.lock": .text(yarn), "job/package.json": "{}"])
        var outside = calls
        outside.environment["NODE_ENV"] = "production"
        let facts = [
            "os=linux", "arch=amd64", "libc=musl", "node-version=20.1.1", "node-abi=115", "yarn-version=1.22.22",
        ]
        let common = ["cache", "key", "--root", job.string] + facts.flatMap { ["--toolchain", $0] }
        func key(_ arguments: String...) async throws -> String {
            let tree = try await outside.other(
                BuiltProgram.path.string, common + ["--profile", "node-modules"] + arguments)
            try #require(tree.code == 0, "\(tree)")
            return tree.output
        }
        let (own, clean) = (try await key(), try await key("--clean-env"))
        #expect(own != clean)
        #expect(try await key("--clean-env", "--env", "NODE_ENV=production") == own)
        // Yarn 1 has another place for root: who saves for a job goes by the job's user.
        for (user, place) in [("0", "/usr/local/share/.cache/yarn"), ("1001", "/home/job/.cache/yarn")] {
            let saved = try await outside.other(
                BuiltProgram.path.string,
                ["cache", "save", "--root", job.string, "--home", "/home/job", "--profile", "yarn", "--clean-env"]
                    + facts.flatMap { ["--toolchain", $0] } + ["--user", user])
            #expect(saved.code == 64 && saved.errors.contains(place), "\(saved)")
        }
    }

    @Test(.enabled(if: Machine.userIdentifier == 0)) func `what is restored from outside belongs to the job's user`()
        async throws
    {
        try folder.write(["job/tree/a": "1\n", "job/tree/b/c": "2\n", "job/tree/link": .link("/etc/passwd")])
        let place = "tree=\(job.appending("tree"))"
        #expect(try await berth("save", "--key", "k", "--path", place).code == 0)
        let restored = try await berth("restore", "--key", "k", "--path", place, "--owner", "1001:1002")
        #expect(restored.code == 0, "\(restored)")
        let owners = try await calls.other("find", [job.appending("tree").string, "-printf", "%P %U:%G\\n"])
        #expect(
            owners.output.split(separator: "\n").sorted()
                == [" 1001:1002", "a 1001:1002", "b 1001:1002", "b/c 1001:1002", "link 1001:1002"])
        #expect(try await calls.other("stat", ["-c", "%u", "/etc/passwd"]).output == "0\n")
        let wrong = try await berth("restore", "--key", "k", "--path", place, "--owner", "job")
        #expect(wrong.code == 64 && wrong.errors.contains("USER:GROUP"), "\(wrong)")
    }

    @Test func `two folders, lockfiles or revisions are compared`() async throws {
        try folder.write([
            "old/requirements.txt": .text(Self.requirements("1.15.0") + "-r more.txt\n"), "old/more.txt": "",
        ])
        let folders = try await key("--profile", "pip", "--diff", "../old", ".")
        #expect(
            folders.code == 0 && folders.output.contains("different keys")
                && folders.output.contains("~ six 1.15.0 → 1.16.0"), "\(folders)")
        let same = try await key("--diff", "requirements.txt", "requirements.txt")
        #expect(same.output.contains("pip: the same key") && same.output.contains("venv: the same key"), "\(same)")
        let git = """
            cd '\(job)' && git init -q . && git add . && git -c user.name=a -c user.email=a@b.c commit -qm one && \
            sed -i.bak s/1.16.0/1.17.0/ requirements.txt && git -c user.name=a -c user.email=a@b.c commit -qam two
            """
        let made = try await calls.shell(git)
        try #require(made.code == 0, "\(made)")
        let revisions = try await key("--profile", "pip", "--diff", "HEAD~1", "HEAD", "--json")
        let found = try #require((try revisions.json() as? [String: Any])?["differences"] as? [[String: Any]])
        let changed = try #require((found[0]["changed"] as? [[String: Any]])?.first)
        #expect(changed["name"] as? String == "six" && changed["after"] as? [String] == ["1.17.0"])
        let wrong = try await key("--diff", "HEAD~7", "HEAD")
        #expect(wrong.code == 64 && wrong.errors.contains("no revision"), "\(wrong)")
    }

    @Test func `a profile's folders are saved and restored from outside of the job, by a path map`() async throws {
        try folder.write([
            "home/.cache/pip/http-v2/a": "1", "home/.cache/pip/wheels/b": "2", "home/.cache/pip/selfcheck/c": "3",
        ])
        func call(_ command: String, _ more: String...) async throws -> Command.Outcome {
            let place = [
                "--root", "/__w/hello", "--home", "/github/home", "--path-map", "/__w/hello=\(job)", "--path-map",
                "/github/home=\(folder.path.appending("home"))",
            ]
            return try await calls.other(
                BuiltProgram.path.string, ["cache", command, "--profile", "pip"] + place + more)
        }
        #expect(try await call("restore", "--fail-on-miss").code == 5)
        let saved = try await call("save")
        #expect(saved.code == 0 && saved.output.contains("2 files"), "\(saved)")
        try Files.removeTree(folder.path.appending("home"))
        let restored = try await call("restore", "--fail-on-miss")
        #expect(restored.code == 0, "\(restored)")
        #expect(
            try Tree(reading: folder.path.appending("home"))
                == [".cache/pip/http-v2/a": "1", ".cache/pip/wheels/b": "2"])
        // Another version: the key's prefix brings the older entry back.
        try folder.write(["job/requirements.txt": .text(Self.requirements("1.17.0"))])
        let near = try await call("restore")
        #expect(near.code == 0 && near.output.contains("restored by a prefix: pip-"), "\(near)")
        let other = try await call("restore", "--toolchain", "python-version=3.4.0", "--fail-on-miss")
        #expect(other.code == 5, "\(other)")
        #expect(try Files.readText(folder.path.appending("output")).contains("key<<"))
    }

    @Test func `folders and files that no profile knows are named`() async throws {
        try folder.write(["job/x.lock": "1", "job/target/a": "1"])
        let arguments = [
            "--profile", "custom", "--root", job.string, "--lockfile", "*.lock", "--path",
            "target=\(job.appending("target"))",
        ]
        let saved = try await calls.other(BuiltProgram.path.string, ["cache", "save"] + arguments)
        #expect(saved.code == 0 && saved.output.contains("saved: custom-"), "\(saved)")
        #expect(try await calls.other(BuiltProgram.path.string, ["cache", "restore"] + arguments).code == 0)
        let nothing = try await berth("save", "--profile", "custom", "--root", job.string, "--lockfile", "*.lock")
        #expect(nothing.code == 64 && nothing.errors.contains("names no folders"), "\(nothing)")
        let neither = try await berth("save", "--path", "x")
        #expect(neither.code == 64 && neither.errors.contains("--profile"), "\(neither)")
    }

    @Test func `detect gives reasons, and steps that are YAML`() async throws {
        let found = try await berth("detect", job.string)
        #expect(found.code == 0 && found.output.contains("requirements.txt locks 1 package"), "\(found)")
        #expect(found.output.contains("run: berth cache restore --profile pip\n"), "\(found)")
        let workflow = try #require(
            (try await berth("detect", job.string, "--json").json() as? [String: Any])?["workflow"])
        let script = "import sys, json; t = sys.stdin.read(); assert t.strip().startswith('- id: pip-cache'), t"
        let outcome = try await Command(try Programs.require("python3", remedy: ""), ["-c", script])
            .run(input: Array("\(workflow)".utf8))
        #expect(outcome.code == 0, "\(outcome)")
        #expect(try await berth("detect", "-q", job.string).output == "pip\nvenv\n")
        try Files.remove(job.appending("requirements.txt"))
        #expect(try await berth("detect", job.string).output.contains("no lockfile of a known profile"))
        #expect(try await berth("detect", job.appending("gone").string).code == 64)
    }
}
