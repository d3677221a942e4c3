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
        let record = try #require(keeper.read(place))
        // The tree has one for all of it; one of its files alone says the same.
        for name in ["trees", "places"] {
            if name == "places" { keeper.write(record, of: place) }
            #expect(keeper.read(place)?.count == 1)
            let folder = yard.store.root.appending("hot").appending(name)
            let file = folder.appending(try #require(Files.list(folder).first))
            let bytes = try Files.read(file)
            for count in 0..<bytes.count {
                try Files.writeAtomically(Array(bytes.prefix(count)), to: file)
                #expect(keeper.read(place) == nil)
            }
        }
    }

    @Test func `what a tree's record says of its files is what a record of the files says`() async throws {
        let yard = try CacheYard()
        try yard.write(["tree/a": "one\n", "tree/b/c": "", "tree/d": "three\n"])
        try await yard.shell("ln tree/a tree/e; ln -s a tree/f")
        try await settle()
        try await yard.save("tree")
        #expect(try await known(yard) == ["a", "d", "e"])
        let place = try #require(TreePlace("tree", in: Folder(yard.root)))
        let record = try #require(PlaceRecords(yard.store).read(place))
        PlaceRecords(yard.store).write(record, of: place)
        #expect(try await known(yard) == ["a", "d", "e"])
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

    @Test(arguments: [1, 2]) func `what is read ahead is known, and relied on once its pack is leased`(
        count: Int
    ) async throws {
        let yard = try CacheYard()
        try yard.write(["mine/a": "one\n", "other/b": "two\n"])
        let packs = try await [yard.save("mine", as: "mine"), yard.save("other", as: "other")].flatMap(\.packs)
        let session = try yard.store.beginIngest(purpose: "test")
        let known = KnownContents(packs, in: yard.store, for: session)
        let (one, two) = (Digest.of("one\n"), Digest.of("two\n"))
        known.readAhead(count)
        // From now on the second pack's table can't be read.
        let size = Int(packs[1].size.value)
        try Files.writeAtomically([UInt8](repeating: 0, count: size), to: yard.store.path(of: packs[1].digest))
        #expect(!known.areKept([one]))
        #expect(try known.has(one) && known.areKept([one]))
        #expect(!known.areKept([one, two]))
        #expect(try known.has(two) == (count == 2) && known.areKept([one, two]) == (count == 2))
        #expect(known.end(neededFor: [one]).map(\.digest) == [packs[0].digest])
    }

    @Test func `a pack that went after its table was read is relied on by nobody`() async throws {
        let yard = try CacheYard()
        try yard.write(["mine/a": "one\n"])
        let packs = try await yard.save("mine", as: "mine").packs
        let session = try yard.store.beginIngest(purpose: "test")
        let known = KnownContents(packs, in: yard.store, for: session)
        known.readAhead(1)
        try Files.remove(yard.store.path(of: packs[0].digest))
        #expect(try !known.has(Digest.of("one\n")) && !known.areKept([Digest.of("one\n")]))
        #expect(try known.claim(Digest.of("one\n")), "it is stored anew")
        #expect(known.end(neededFor: [Digest.of("one\n")]).isEmpty)
    }

    @Test func `what a save relies on stays so, whoever asked before it was there`() {
        var lease = KnownContents.Lease.unasked
        lease.take(false)
        #expect(lease == .lost)
        // Somebody stored it meanwhile, and the slower answer of a third one is still "gone".
        lease.take(true)
        lease.take(false)
        #expect(lease == .used)
    }

    /// Members are asked for in runs of 256.
    @Test(arguments: [0, 254, 255, 256, 511, 512, 700])
    func `among many files the changed one is read, and what the store lost too`(changed: Int) async throws {
        let yard = try CacheYard()
        func name(_ number: Int) -> String { "tree/\(1000 + number)" }
        try await yard.shell("mkdir tree; for n in $(seq 1000 1700); do echo $n >tree/$n; done")
        try await settle()
        let first = try await yard.save("tree", as: "1")
        try yard.write([name(changed): "other\n"])
        let second = try await yard.save("tree", as: "2")
        #expect(second.packs.count == 2 && second.packs.map(\.expanded.value).min() == 6, "only one file is new")
        // The large pack goes; it is found out in each run of members, and all files of it are read.
        for record in try yard.store.entries.list() { try yard.store.entries.remove(record.id) }
        try Files.remove(yard.store.path(of: first.packs[0].digest))
        try yard.write([name(350): "once more\n"])
        let third = try await yard.save("tree", as: "3")
        #expect(!third.packs.contains { $0.digest == first.packs[0].digest })
        try Files.removeTree(yard.path("tree"))
        try await yard.restore(third, to: "again")
        try await yard.shell(
            """
            cd again; for n in $(seq 1000 1700); do
                want=$n; [ $n != \(1000 + changed) ] || want=other; [ $n != 1350 ] || want='once more'
                read -r got <$n; [ "$got" = "$want" ]
            done
            """)
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
