import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// Folders that are opened one inside the other.
struct FolderTests {
    @Test func `what is opened step by step says where it lies, however deep`() throws {
        let top = try TemporaryFolder("folders")
        var (folder, path) = (try Folder(top.path), top.path)
        for number in 0..<90 {
            let name = try #require(Folder.Name("level-\(number)-\(String(repeating: "x", count: 40))"))
            folder = try folder.makeFolder(name)
            path = path.appending(name)
        }
        #expect(path.length > 4096 && folder.path == path)
        #expect(folder.place("file") == path.appending("file").string)
        let file = try folder.create("file")
        #expect(file.path == path.appending("file") && Folder.Name("file") == "file")
        let error = #expect(throws: BerthError.self) { try folder.folder("none") }
        #expect(error?.place == path.appending("none").string)
    }
}
