import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// `berth cache save`, `restore` and `list`, with a virtual environment of the machine's own Python.
struct CacheCommandTests {
    private let folder: TemporaryFolder
    private let calls: Calls

    init() throws {
        folder = try TemporaryFolder("cache")
        calls = Calls(
            home: folder.path.appending("home"),
            environment: [
                "GITHUB_REPOSITORY": "octo/hello", "GITHUB_REF": "", "GITHUB_BASE_REF": "",
                "GITHUB_OUTPUT": folder.path.appending("output").string,
            ])
    }

    private var tree: FilePath { folder.path.appending("venv") }

    private func berth(_ arguments: [String]) async throws -> Command.Outcome {
        try await calls.other(BuiltProgram.path.string, arguments)
    }

    private func save(_ key: String, _ more: String...) async throws -> Command.Outcome {
        try await berth(["cache", "save", "--key", key, "--path", ".venv=\(tree)"] + more)
    }

    private func restore(_ key: String, _ more: String...) async throws -> Command.Outcome {
        try await berth(["cache", "restore", "--key", key, "--path", ".venv=\(tree)"] + more)
    }

    private func outputs() throws -> String {
        let text = try Files.readText(folder.path.appending("output"))
        try Files.remove(folder.path.appending("output"))
        return text
    }

    @Test func `a virtual environment that was restored works, and its compiled files are still valid`() async throws {
        let made = try await calls.other("python3", ["-m", "venv", tree.string])
        try #require(made.code == 0, "\(made)")
        let compile = ["-m", "compileall", "-q", tree.string]
        try #require(try await calls.other("python3", compile).code == 0)
        let missed = try await restore("venv-1", "--fail-on-miss")
        #expect(missed.code == 5 && missed.errors.contains("octo/hello refs/heads/main"), "\(missed)")
        #expect(try outputs().contains("cache-hit<<"))
        let saved = try await save("venv-1")
        #expect(saved.code == 0 && saved.output.contains("saved: venv-1"), "\(saved)")
        try Files.removeTree(tree)
        let restored = try await restore("venv-1", "--fail-on-miss")
        #expect(restored.code == 0 && restored.output.contains("restored: venv-1"), "\(restored)")
        #expect(try outputs().contains("\nvenv-1\n"))
        // Python writes a compiled file anew where its header does not fit the source.
        let check = "import sys, pip; print(pip.__file__)"
        let ran = try await calls.other(tree.pushing("bin/python").string, ["-v", "-B", "-c", check])
        #expect(ran.code == 0 && ran.output.hasPrefix(tree.string), "\(ran)")
        #expect(ran.errors.contains("matches \(tree)") && !ran.errors.contains("bytecode is stale"))
    }

    @Test func `keys, prefixes and scopes as GitHub has them; other content under a key is refused`() async throws {
        try folder.write(["venv/a": "one\n"])
        #expect(try await save("deps-1").code == 0)
        #expect(try await save("deps-1").output.contains("the same content was there already"))
        try folder.write(["venv/a": "two\n"])
        let conflict = try await save("deps-1")
        #expect(conflict.code == 1 && conflict.errors.contains("is taken by other content"), "\(conflict)")
        #expect(try await save("deps-2", "--ref", "refs/pull/7/merge").code == 0)
        #expect(try await restore("deps-2", "--fail-on-miss").code == 5)
        let near = try await restore("deps-9", "--restore-key", "deps-", "--ref", "refs/pull/7/merge")
        #expect(near.code == 0 && near.output.contains("restored by a prefix: deps-2"), "\(near)")
        let base = try await restore("deps-1", "--ref", "refs/pull/7/merge")
        #expect(base.output.contains("restored: deps-1") && base.output.contains("refs/heads/main"), "\(base)")
        #expect(try Tree(reading: tree) == ["a": "one\n"])
        let list = try await berth(["cache", "list"])
        #expect(list.output.contains("deps-1") && list.output.contains("octo/hello refs/pull/7/merge"), "\(list)")
    }

    @Test func `a collection keeps what entries need, and a key of another's making adds no output`() async throws {
        try folder.write(["venv/a": "one\n"])
        #expect(try await save("k\u{2028}x=1").code == 0)
        #expect(try await berth(["store", "gc", "--grace", "0"]).output.contains("0 blobs"))
        #expect(try await restore("k\u{2028}x=1", "--fail-on-miss").code == 0)
        #expect(
            try outputs().split(separator: "\n").filter { !$0.hasPrefix("berth-") && !$0.contains("<<berth-") }
                == ["true", "k\u{2028}x=1", "k\u{2028}x=1"])
        #expect(try await save("k\nx=1").code == 64)
        let wrong = try await save("a,b")
        #expect(wrong.code == 64 && wrong.errors.contains("no cache key"), "\(wrong)")
        let scope = try await save("k", "--repository", "nonsense")
        #expect(scope.code == 64 && scope.errors.contains("owner/name"), "\(scope)")
        #expect(try await berth(["store", "check", "--read-data"]).code == 0)
    }
}
