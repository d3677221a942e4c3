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

    /// The commands of a job: where it stands its environment says, or its token.
    private struct Job {
        let calls: Calls
        let tree: FilePath

        func save(_ key: String, _ more: String...) async throws -> Command.Outcome {
            try await berth(["save", "--key", key] + more)
        }

        func restore(_ key: String, _ more: String...) async throws -> Command.Outcome {
            try await berth(["restore", "--key", key] + more)
        }

        private func berth(_ words: [String]) async throws -> Command.Outcome {
            try await calls.other(BuiltProgram.path.string, ["cache"] + words + ["--path", ".venv=\(tree)"])
        }
    }

    private func job(_ service: ServedStore?, _ reference: String = "refs/heads/main") async throws -> Job {
        var calls = calls
        calls.environment["GITHUB_REF"] = reference
        if let service {
            calls.environment["BERTH_URL"] = service.url
            calls.environment["BERTH_TOKEN"] = try await service.token(reference)
        }
        return Job(calls: calls, tree: tree)
    }

    private func service(_ way: CommandWay) async throws -> ServedStore? {
        way == .service ? try await ServedStore(calls) : nil
    }

    private var tree: FilePath { folder.path.appending("venv") }

    /// What whoever keeps the store runs.
    private func berth(_ arguments: [String]) async throws -> Command.Outcome {
        try await calls.other(BuiltProgram.path.string, arguments)
    }

    private func outputs() throws -> String {
        let text = try Files.readText(folder.path.appending("output"))
        try Files.remove(folder.path.appending("output"))
        return text
    }

    @Test(arguments: CommandWay.allCases)
    func `a virtual environment that was restored works, and its compiled files are still valid`(_ way: CommandWay)
        async throws
    {
        let service = try await service(way)
        let job = try await job(service)
        let made = try await calls.other("python3", ["-m", "venv", tree.string])
        try #require(made.code == 0, "\(made)")
        let compile = ["-m", "compileall", "-q", tree.string]
        try #require(try await calls.other("python3", compile).code == 0)
        let missed = try await job.restore("venv-1", "--fail-on-miss")
        // A service's job stands where its token says, and is not told.
        let scope = way == .local ? "octo/hello refs/heads/main" : "no entry has the key venv-1"
        #expect(missed.code == 5 && missed.errors.contains(scope), "\(missed)")
        #expect(try outputs().contains("cache-hit<<"))
        let saved = try await job.save("venv-1")
        #expect(saved.code == 0 && saved.output.contains("saved: venv-1"), "\(saved)")
        try Files.removeTree(tree)
        let restored = try await job.restore("venv-1", "--fail-on-miss")
        #expect(restored.code == 0 && restored.output.contains("restored: venv-1"), "\(restored)")
        #expect(try outputs().contains("\nvenv-1\n"))
        // Python writes a compiled file anew where its header does not fit the source.
        let check = "import sys, pip; print(pip.__file__)"
        let ran = try await calls.other(tree.pushing("bin/python").string, ["-v", "-B", "-c", check])
        #expect(ran.code == 0 && ran.output.hasPrefix(tree.string), "\(ran)")
        #expect(ran.errors.contains("matches \(tree)") && !ran.errors.contains("bytecode is stale"))
    }

    @Test(arguments: CommandWay.allCases)
    func `keys, prefixes and scopes as GitHub has them; other content under a key is refused`(_ way: CommandWay)
        async throws
    {
        let service = try await service(way)
        let (job, pull) = (try await job(service), try await job(service, "refs/pull/7/merge"))
        try folder.write(["venv/a": "one\n"])
        #expect(try await job.save("deps-1").code == 0)
        #expect(try await job.save("deps-1").output.contains("the same content was there already"))
        try folder.write(["venv/a": "two\n"])
        let conflict = try await job.save("deps-1")
        #expect(conflict.code == 1 && conflict.errors.contains("is taken by other content"), "\(conflict)")
        #expect(try await pull.save("deps-2").code == 0)
        #expect(try await job.restore("deps-2", "--fail-on-miss").code == 5)
        let near = try await pull.restore("deps-9", "--restore-key", "deps-")
        #expect(near.code == 0 && near.output.contains("restored by a prefix: deps-2"), "\(near)")
        let base = try await pull.restore("deps-1")
        #expect(base.output.contains("restored: deps-1") && base.output.contains("refs/heads/main"), "\(base)")
        #expect(try Tree(reading: tree) == ["a": "one\n"])
        let list = try await berth(["cache", "list"])
        #expect(list.output.contains("deps-1") && list.output.contains("octo/hello refs/pull/7/merge"), "\(list)")
    }

    @Test(arguments: CommandWay.allCases)
    func `a collection keeps what entries need, and a key of another's making adds no output`(_ way: CommandWay)
        async throws
    {
        let service = try await service(way)
        let job = try await job(service)
        try folder.write(["venv/a": "one\n"])
        #expect(try await job.save("k\u{2028}x=1").code == 0)
        #expect(try await berth(["store", "gc", "--grace", "0"]).output.contains("0 blobs"))
        #expect(try await job.restore("k\u{2028}x=1", "--fail-on-miss").code == 0)
        #expect(
            try outputs().split(separator: "\n").filter { !$0.hasPrefix("berth-") && !$0.contains("<<berth-") }
                == ["true", "k\u{2028}x=1", "k\u{2028}x=1"])
        #expect(try await job.save("k\nx=1").code == 64)
        let wrong = try await job.save("a,b")
        #expect(wrong.code == 64 && wrong.errors.contains("no cache key"), "\(wrong)")
        // Nonsense here, and beside a service a mistake: its jobs stand where their tokens say.
        let scope = try await job.save("k", "--repository", "nonsense")
        #expect(scope.code == 64 && scope.errors.contains(way == .local ? "owner/name" : "its token"), "\(scope)")
        #expect(try await berth(["store", "check", "--read-data"]).code == 0)
    }
}
