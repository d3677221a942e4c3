import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// What a profile leaves out stays out of an entry, and what it does not name stays in.
struct ExclusionTests {
    private let yard: CacheYard

    init() throws { yard = try CacheYard() }

    private func names(_ exclude: [String]) async throws -> [String] {
        let walk = try await TreeWalk([
            SavedPath(label: "t", path: yard.path("tree"), exclude: try Glob(inTree: exclude))
        ])
        return walk.manifest.members.map { String(decoding: $0.name, as: UTF8.self) }.filter { !$0.isEmpty }
    }

    @Test func `patterns leave out names with all below them, and can take some back`() async throws {
        try yard.folder.write([
            "tree/v1/tmp/x": "1", "tree/v1/files/a": "1", "tree/keep/tmp": "1", "tree/log/a.log": "1",
            "tree/log/b.txt": "1", "tree/.lock": "",
        ])
        #expect(
            try await names([]) == [".lock", "keep", "tmp", "log", "a.log", "b.txt", "v1", "files", "a", "tmp", "x"])
        #expect(try await names(["v*/tmp", ".lock"]) == ["keep", "tmp", "log", "a.log", "b.txt", "v1", "files", "a"])
        #expect(try await names(["log/*", "!log/b.txt", ".lock", "v1"]) == ["keep", "tmp", "log", "b.txt"])
        #expect(try await names(["**/*"]).isEmpty)
    }

    @Test(arguments: Way.allCases) func `what is left out is in no entry`(_ way: Way) async throws {
        let yard = try await CacheYard(way)
        try yard.folder.write(["tree/v1/tmp/x": "1", "tree/v1/files/a": "2", "tree/.lock": ""])
        let path = SavedPath(
            label: "tree", path: yard.path("tree"), exclude: try Glob(inTree: ["v*/tmp", ".lock"]))
        let saved = try #require(
            try await yard.transport.save([path], as: CacheKey("k"), version: "v1", cost: nil))
        let found = try #require(try await yard.transport.find(CacheKey("k"), restoreKeys: [], version: "v1"))
        #expect(found.summary.identity == saved.summary.identity)
        _ = try await yard.transport.restore(
            found, to: [Destination(label: "tree", path: yard.path("again"))], options: RestoreOptions())
        #expect(try Tree(reading: yard.path("again")) == ["v1/files/a": "2"])
    }

    @Test(arguments: Way.allCases) func `what is left out may be what no entry could hold`(_ way: Way) async throws {
        let yard = try await CacheYard(way)
        try yard.folder.write(["tree/a": "1"])
        try await yard.shell("mkfifo tree/pipe")
        let refused = await #expect(throws: BerthError.self) { try await yard.save("tree") }
        #expect(refused?.place?.hasSuffix("tree/pipe") == true)
        let path = SavedPath(label: "tree", path: yard.path("tree"), exclude: try Glob(inTree: ["pipe"]))
        let saved = try await yard.transport.save([path], as: CacheKey("k"), version: "v1", cost: nil)
        #expect(saved?.summary.files == 1)
    }
}
