import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// Which files a save reads again, and which it knows.
///
/// Only a save into a store of one's own can know a file: a service sees what is sent, and all of it is. What comes of the
/// save is the same over both.
struct UnchangedTests {
    private func known(_ yard: CacheYard) async throws -> Set<String> {
        let saved = SavedPath(label: "tree", path: yard.path("tree"))
        let walk = try await TreeWalk([saved])
        let record = UnchangedTrees(yard.store, try FoundTree.find([saved])).record(of: 0)
        var names: Set<String> = []
        for (member, state) in zip(walk.manifest.members, walk.states) where record?.content(of: state) != nil {
            names.insert(String(decoding: member.name, as: UTF8.self))
        }
        return names
    }

    /// Longer than the tick of any clock that stamps files here.
    private func settle() async throws { try await Task.sleep(for: .milliseconds(60)) }

    @Test(arguments: Way.allCases)
    func `a second save reads what changed and nothing else, whatever its time and size say`(_ way: Way) async throws {
        let yard = try await CacheYard(way)
        try yard.write(["tree/a": "one\n", "tree/b/c": "two\n", "tree/d": "three\n"])
        try await settle()
        try await yard.save("tree", as: "1")
        #expect(try await known(yard) == (way == .local ? ["a", "c", "d"] : []))
        try await yard.shell(
            "touch -r tree/a stamp && printf 'ONE\\n' >tree/a && touch -r stamp tree/a && mv tree/d tree/e")
        #expect(try await known(yard) == (way == .local ? ["c"] : []))
        try await settle()
        let second = try await yard.save("tree", as: "2")
        #expect(try await known(yard) == (way == .local ? ["a", "c", "e"] : []))
        try await yard.restore(second, to: "again")
        #expect(try Tree(reading: yard.path("again")) == ["a": "ONE\n", "b/c": "two\n", "e": "three\n"])
    }

    @Test func `what changed within a tick of being looked at is not believed`() {
        let moment = FileTime(seconds: 100, nanoseconds: 500_000_000)
        #expect(!FileRecord.isSettled(moment, at: moment))
        #expect(!FileRecord.isSettled(FileTime(seconds: 100, nanoseconds: 490_000_000), at: moment))
        #expect(FileRecord.isSettled(FileTime(seconds: 100, nanoseconds: 470_000_000), at: moment))
        #expect(!FileRecord.isSettled(FileTime(seconds: 99, nanoseconds: 0), at: moment))
        #expect(FileRecord.isSettled(FileTime(seconds: 98, nanoseconds: 0), at: moment))
        #expect(!FileRecord.isSettled(FileTime(seconds: 900, nanoseconds: 1), at: moment))
    }

    @Test func `a record of another boot, mount or device is no record, and a damaged one neither`() async throws {
        let yard = try CacheYard()
        try yard.write(["tree/a": "one\n"])
        try await settle()
        try await yard.save("tree")
        let place = try #require(TreePlace("tree", in: Folder(yard.root)))
        let keeper = PlaceRecords(yard.store)
        #expect(keeper.read(place)?.count == 1)
        let others = [
            TreePlace(path: place.path, boot: "x", mount: place.mount, device: place.device),
            TreePlace(path: place.path, boot: place.boot, mount: "x", device: place.device),
            TreePlace(path: place.path, boot: place.boot, mount: place.mount, device: place.device + 1),
        ]
        for other in others { #expect(keeper.read(other) == nil) }
        let folder = yard.store.root.pushing("hot/places")
        let file = folder.appending(try #require(Files.list(folder).first))
        let bytes = try Files.read(file)
        for count in 0..<bytes.count {
            try Files.writeAtomically(Array(bytes.prefix(count)), to: file)
            #expect(keeper.read(place) == nil)
        }
    }

    @Test(arguments: Way.allCases) func `what the store lost is read and stored anew`(_ way: Way) async throws {
        let yard = try await CacheYard(way)
        try yard.write(["tree/a": "one\n"])
        try await settle()
        let first = try await yard.save("tree", as: "1")
        for record in try yard.store.entries.list() { try yard.store.entries.remove(record.id) }
        try Files.remove(yard.store.path(of: first.packs[0].digest))
        #expect(try await known(yard) == (way == .local ? ["a"] : []))
        try await yard.restore(try await yard.save("tree", as: "2"), to: "again")
        #expect(try Tree(reading: yard.path("again")) == ["a": "one\n"])
    }

    @Test func `a pack's table is read when a content is in none of the packs before it`() async throws {
        let yard = try CacheYard()
        try yard.write(["mine/a": "one\n", "other/b": "two\n"])
        let packs = try await [yard.save("mine", as: "mine"), yard.save("other", as: "other")].flatMap(\.packs)
        let other = yard.store.path(of: packs[1].digest)
        let session = try yard.store.beginIngest(purpose: "test")
        let known = KnownContents(packs, in: yard.store, for: session)
        try Files.rename(other, to: yard.path("aside"))
        #expect(try known.has(Digest.of("one\n")))
        // Had its table been looked for by now, it would have been passed over for good.
        try Files.rename(yard.path("aside"), to: other)
        #expect(try known.has(Digest.of("two\n")))
        #expect(try !known.has(Digest.of("three\n")))
    }

    @Test(arguments: Way.allCases) func `a file that changes while it is saved fails the save`(_ way: Way) async throws
    {
        let yard = try CacheYard()
        try yard.write(["tree/a": "one\n"])
        var walk = try await TreeWalk([SavedPath(label: "tree", path: yard.path("tree"))])
        try await yard.shell("printf 'more\\n' >>tree/a")
        let session = try yard.store.beginIngest(purpose: "test")
        let error = await #expect(throws: BerthError.self) {
            switch way {
            case .local:
                _ = try await TreeSaver(session: session, known: KnownContents([], in: yard.store, for: session))
                    .save(&walk)
            case .service:
                let outgoing = try OutgoingTrees(walk, [StreamPlace(label: "tree", place: "/0")])
                while try outgoing.next() != nil {}
            }
        }
        #expect(error?.status == .failed && error?.what.contains("changed while") == true)
        #expect(error?.place?.hasSuffix("tree/a") == true)
    }
}
