import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// What is mounted where, also where the table is longer than the kernel gives at once.
struct MountTests {
    @Test(.linuxOnly("mounts")) func `the table is read to its end, and names are plain again`() async throws {
        let folder = try TemporaryFolder("mounts")
        let names = (0..<60).map { "with blank and \\ \($0)" }
        for name in names { try Files.makeDirectory(folder.path.appending(name)) }
        func mounts(_ verb: String) async throws {
            let lines = names.map { "\(verb) '\(folder.path.appending($0))'" }.joined(separator: "; ")
            _ = try await Command("/bin/sh", ["-euc", lines]).output(remedy: "run as root")
        }
        try await mounts("mount -t tmpfs own-name")
        do {
            let table = try MountTable()
            #expect(
                Set(table.inside(folder.path.string).map(\.place))
                    == Set(names.map { folder.path.appending($0).string }))
            let last = try #require(table.at(folder.path.appending(names[59]).string))
            #expect(last.kind == "tmpfs" && last.source == "own-name")
            #expect(Machine.sharedFileSystem(at: folder.path) == nil)
        } catch {
            try await mounts("umount")
            throw error
        }
        try await mounts("umount")
    }

    @Test func `a folder's mount has a name, and two mounts have two`() throws {
        let here = try #require(Folder("/").mountIdentity)
        #expect(try Folder("/").mountIdentity == here)
        if Machine.systemName == "Linux" { #expect(try Folder("/proc").mountIdentity != here) }
    }

    @Test func `a folder knows its real path`() throws {
        let folder = try TemporaryFolder("real")
        try folder.write(["a/b": .folder, "link": .link("a")])
        #expect(try Folder(folder.path.pushing("link/b")).realPath == folder.path.pushing("a/b").string)
    }
}
