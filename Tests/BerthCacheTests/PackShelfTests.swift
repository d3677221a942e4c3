import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// Which packs are believed, and which are hashed.
struct PackShelfTests {
    @Test func `a pack that was noted as hashed is believed, unless all is to be verified`() async throws {
        let yard = try CacheYard()
        try yard.write(["tree/a": .file(Plant.bytes("a", 50_000), mode: 0o644)])
        let entry = try await yard.save("tree")
        let pack = try #require(entry.packs.first).digest
        var bytes = try Files.read(yard.store.path(of: pack))
        bytes[1000] ^= 1
        try Files.writeAtomically(bytes, to: yard.store.path(of: pack))
        // A record that says of this very file that it was hashed: what only a disk that decays leads to.
        let above = try Folder(yard.store.root.appending("blobs"))
        let name = try #require(Folder.Name(pack.hex))
        var record = FileRecord()
        record.note(
            FileState(try #require(try above.folder("sha256").facts(name))), FileContent(chunks: [pack]),
            at: FileTime(seconds: FileTime.now.seconds + 60, nanoseconds: 0))
        PlaceRecords(yard.store).write(record, of: try #require(TreePlace("sha256", in: above)))
        #expect(try PackShelf(yard.store, verify: false).read(pack).digest == pack)
        #expect(Files.exists(yard.store.path(of: pack)))
        let error = await #expect(throws: BerthError.self) {
            try await yard.restore(entry, to: "place", RestoreOptions(verify: true))
        }
        #expect(error?.status == .damaged && error?.what.contains("is damaged") == true, "\(String(describing: error))")
        #expect(!Files.exists(yard.store.path(of: pack)) && !Files.exists(yard.path("place")))
    }
}
