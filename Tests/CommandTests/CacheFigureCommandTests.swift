import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// The commands around the cache's policy and figures, called as a person calls them.
struct CacheFigureCommandTests {
    private let folder: TemporaryFolder
    private let calls: Calls

    init() throws {
        folder = try TemporaryFolder("figures")
        calls = Calls(
            home: folder.path.appending("home"),
            environment: [
                "GITHUB_REPOSITORY": "octo/hello", "GITHUB_REF": "", "GITHUB_BASE_REF": "", "GITHUB_OUTPUT": "",
                "XDG_CONFIG_HOME": folder.path.appending("config").string,
            ])
    }

    private func berth(_ arguments: String...) async throws -> Command.Outcome {
        try await calls.other(BuiltProgram.path.string, ["cache"] + arguments)
    }

    private func save(_ key: String, _ content: String, _ more: String...) async throws {
        try folder.write(["tree/a": .file(Array(content.utf8), mode: 0o644)])
        let path = folder.path.appending("tree").string
        let saved = try await calls.other(
            BuiltProgram.path.string, ["cache", "save", "--key", key, "--path", "t=\(path)"] + more)
        try #require(saved.code == 0, "\(saved)")
    }

    private func restore(_ key: String, _ more: String...) async throws -> Command.Outcome {
        let path = folder.path.appending("tree").string
        return try await calls.other(
            BuiltProgram.path.string, ["cache", "restore", "--key", key, "--path", "t=\(path)"] + more)
    }

    @Test func `what was looked for, saved and found is counted, shown and explained`() async throws {
        _ = try await restore("app-1111111")
        try await save("app-1111111", "one", "--cost", "60")
        #expect(try await restore("app-1111111").code == 0)
        #expect(try await restore("app-2222222", "--restore-key", "app-").output.contains("by a prefix"))
        let stats = try await berth("stats")
        #expect(stats.output.contains("lookups     3: 1 exact (33 %), 1 by prefix (33 %), 1 missed (33 %)"), "\(stats)")
        let json = try await berth("stats", "--json", "--repository", "octo/hello").json() as? [String: Any]
        #expect((json?["timeSaved"] as? [String: Any])?["hits"] as? Int == 1)
        let list = try await berth("list")
        #expect(list.output.contains("app-1111111") && list.output.contains("hits"), "\(list)")
        let entries = try await berth("list", "--json").json() as? [[String: Any]]
        #expect(entries?.first?["key"] as? String == "app-1111111" && entries?.first?["hits"] as? Int == 2)
        let show = try await berth("show", "app-1111111")
        #expect(show.output.contains("made in   1 min 0 s") || show.output.contains("made in 1 min 0 s"), "\(show)")
        #expect(try await berth("show", "none").code == 5)
        let explained = try await berth("explain", "app-1111111", "--ref", "refs/heads/x", "--default-branch", "y")
        #expect(explained.output.contains("not visible: it exists in refs/heads/main"), "\(explained)")
        #expect(try await berth("explain", "app-3333333", "--path", "t=/x", "-q").output == "nearest\n")
        #expect(try await berth("explain", "app-1111111", "--path", "u=/x", "-q").output == "other-toolchain\n")
        let simulated = try await berth("simulate", "--size", "1GB", "--policy", "lru,sieve+dead")
        #expect(simulated.output.contains("sieve+dead") && simulated.output.contains("without end"), "\(simulated)")
        #expect(try await berth("simulate", "--policy", "best").code == 64)
    }

    @Test func `pins hold, dry runs change nothing, evictions are explained`() async throws {
        try await save("app-1111111", "one")
        try await save("app-2222222", "two")
        try await save("pr-1", "three", "--ref", "refs/pull/7/merge")
        #expect(try await berth("pin", "app-1*").output == "pinned app-1*\n")
        #expect(try await berth("pin").output == "app-1*\n")
        #expect(try await berth("close-scope", "refs/pull/7/merge").code == 0)
        let dry = try await berth("evict", "--to", "1B", "--dry-run")
        #expect(dry.output.contains("2 would go") && dry.output.contains("closed"), "\(dry)")
        let report = try await berth("evict", "--to", "1B", "--json").json() as? [String: Any]
        let gone = (report?["entries"] as? [[String: Any]])?.compactMap { $0["key"] as? String }
        #expect(gone == ["pr-1", "app-2222222"])
        #expect(try await berth("list", "-q").output == "app-1111111\n")
        let explained = try await berth("explain", "app-2222222")
        #expect(explained.output.contains("-> evicted on") && explained.output.contains("(unused)"), "\(explained)")
        #expect(try await restore("app-2222222").output.contains("no entry"))
        #expect(try await berth("stats").output.contains("regret      1 lookups"))
        #expect(try await berth("unpin", "app-1*").code == 0)
        #expect(try await berth("unpin", "app-1*").code == 5)
        #expect(try await berth("evict", "--key", "app-1111111").output.contains("1 went"))
        #expect(try await berth("close-scope", "refs/pull/7/merge", "--reopen").code == 0)
        #expect(try await berth("close-scope", "refs/pull/7/merge", "--reopen").code == 5)
        #expect(try await calls.berth("store", "check", "--read-data").code == 0)
    }

    @Test func `a save above the high watermark evicts by the store's policy and says so`() async throws {
        try await save("k-1111111", "one")
        try folder.write(["home/cache/policy.yaml": "size: 1B\nfree: 1B\n"])
        try folder.write(["tree/a": "two"])
        let path = folder.path.appending("tree").string
        let saved = try await berth("save", "--key", "k-2222222", "--path", "t=\(path)")
        #expect(saved.code == 0 && saved.errors.contains("the cache's limits made 2 entries go"), "\(saved)")
        #expect(try await berth("list").output == "no entries yet\n")
        try folder.write(["home/cache/policy.yaml": "size: much\n"])
        let faulty = try await berth("evict", "--dry-run")
        #expect(faulty.code == 64 && faulty.errors.contains("policy.yaml:1:7"), "\(faulty)")
    }

    @Test func `verify ends with 12 where a part is damaged`() async throws {
        try await save("k", String(repeating: "content ", count: 4000))
        #expect(try await berth("verify", "k").output.contains("whole"))
        let json = try await berth("show", "k", "--json").json() as? [[String: Any]]
        let packs = json?.first?["packs"] as? [[String: Any]]
        let digest = try #require(packs?.first?["digest"] as? String)
        let file = folder.path.pushing("home/blobs/sha256").appending(String(digest.dropFirst(7)))
        var bytes = try Files.read(file)
        bytes[bytes.count / 3] ^= 4
        try Files.writeAtomically(bytes, to: file)
        let verified = try await berth("verify")
        #expect(verified.code == 12 && verified.output.contains("DAMAGED"), "\(verified)")
        _ = try await restore("k")
        #expect(try await berth("stats").output.contains("1 damaged"))
        #expect(try await berth("verify", "none").code == 5)
    }

    @Test func `a simulation of histories draws a picture`() async throws {
        try folder.write([
            "h.json": """
            [{"repository": "o/r", "lockfile": "go.sum", "commits": [[1000, "a"], [90000, "b"], [200000, "b"]]}]
            """
        ])
        let plot = folder.path.appending("plot.svg")
        let done = try await berth(
            "simulate", "--trace", folder.path.appending("h.json").string, "--timing", "all", "--seeds", "2", "--plot",
            plot.string, "--shared")
        #expect(done.code == 0 && done.output.contains("pull requests 336h-168h, mean of 2 seeds"), "\(done)")
        #expect(try Files.readText(plot).hasPrefix("<svg"))
        #expect(try await berth("simulate", "--trace", folder.path.appending("none").string).code != 0)
        #expect(try await berth("simulate").code == 10)
    }
}
