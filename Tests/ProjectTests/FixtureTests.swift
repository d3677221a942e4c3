internal import BerthSystem
internal import BerthTestSupport
internal import SystemPackage
internal import Testing

/// The fixtures that other tests stand on.
struct FixtureTests {
    @Test func `a tree written is the tree read`() throws {
        let tree: Tree = [
            "bin/sh": .link("dash"), "bin/run": .program("#!/bin/sh\n"), "etc/motd": "hello\n", "tmp": .folder,
            "é/ö": .file([0, 255], mode: 0o600),
        ]
        let folder = try TemporaryFolder()
        try folder.write(tree)
        #expect(try Tree(reading: folder.path) == tree)
    }

    @Test func `a temporary folder goes with its last reference`() throws {
        var folder: TemporaryFolder? = try TemporaryFolder()
        let path = try #require(folder).write(["a/b": "c"])
        #expect(Files.exists(path.appending("a")))
        folder = nil
        #expect(!Files.exists(path))
    }
}
