import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// What a save believes of a tree that it saw before; a walk that knows nothing is the judge.
struct SeenTests {
    private let yard: CacheYard

    init() throws { yard = try CacheYard() }

    @Test func `a tree that nobody touched is the entry that came of it, and its save adds nothing`() async throws {
        try await yard.plant()
        try await yard.settle()
        let first = try await yard.save("tree", as: "1")
        #expect(try await yard.origin()?.manifest == first.manifest)
        let second = try await yard.save("tree", as: "2")
        #expect(second.manifest == first.manifest && second.packs == first.packs && second.added == ByteCount(0))
        try await yard.restore(second, to: "again")
        #expect(try await yard.list("again") == yard.list("tree"))
    }

    @Test(arguments: [RestoreOptions.Strategy.unpack, .reflink])
    func `so is one that came of a restore`(_ strategy: RestoreOptions.Strategy) async throws {
        let yard = strategy == .unpack ? yard : try CacheYard(on: try await LoopFileSystem("xfs"))
        try await SeenTests(yard).cameOfRestore(strategy)
    }

    private init(_ yard: CacheYard) { self.yard = yard }

    private func cameOfRestore(_ strategy: RestoreOptions.Strategy) async throws {
        try await yard.plant()
        let first = try await yard.save("tree", as: "1")
        try await yard.restore(first, to: "tree", RestoreOptions(strategy: strategy))
        #expect(try await yard.origin()?.manifest == first.manifest)
        #expect(try await yard.save("tree", as: "2").manifest == first.manifest)
        try await yard.shell("echo more >tree/a/b/more")
        #expect(try await yard.origin() == nil)
        let third = try await yard.save("tree", as: "3")
        #expect(third.files == first.files + 1)
    }

    /// Each is done to a tree that was saved just before.
    private static let changes = [
        "echo new >tree/a/b/new", "rm tree/a/b/2", "mv tree/a/b/2 tree/a/b/9", "mv tree/a/b tree/d/b",
        "echo other >tree/a/b/2", "chmod 600 tree/a/b/2", "chmod 700 tree/a/b", "touch tree/a/b",
        "touch -h tree/d/link",
        "ln -sfn 5 tree/d/link", "ln tree/d/4 tree/d/also", "rm tree/d/second", "rm tree/a/1", "rm -r tree/a",
        "rm tree/d/4; mkdir tree/d/4; echo in >tree/d/4/in", "rm -r tree/a/b; echo file >tree/a/b",
        "rm -r tree/a/b; ln -s c tree/a/b", "mkdir -p tree/new/deep/er; echo x >tree/new/deep/er/x",
        "mv tree/a tree/t; mv tree/d tree/a; mv tree/t tree/d", "cp -a tree/d tree/f", "rmdir tree/e/empty",
        "rm -r tree; mkdir tree; echo x >tree/x", "mv tree old; cp -a old tree; rm -r old",
        "touch -r tree/a/b/2 time; printf 'A/B/2\\n' >tree/a/b/2; touch -r time tree/a/b/2",
        "touch -r tree/a/b time; echo x >tree/a/b/x; touch -r time tree/a/b",
        "echo other >tree/p/1/2/7", "echo other >tree/p/1/2/3/8", "echo other >tree/p/1/2/3/4/9", "rm tree/p/1/2/3/8",
        "mv tree/p/1/2/3 tree/p/1/2/t; cp -a tree/p/1/2/t tree/p/1/2/3", "mv tree/p/1/2/3 tree/p/1/2/other",
        "mv tree/p/1/2/3 away; ln -s ../../../../away tree/p/1/2/3", "mv tree/p/1/2/3 away; echo x >tree/p/1/2/3",
        "mv tree/p/1/2 away; ln -s ../../../away tree/p/1/2",
        "mv tree/a tree/t; cp -a tree/t tree/a; rm -r tree/t", "echo x >tree/a/b/c/x; echo y >tree/d/y; rm tree/d/5",
    ]

    @Test(arguments: changes) func `whatever changes is seen`(_ change: String) async throws {
        try await yard.plant()
        try await yard.settle()
        try await yard.save("tree", as: "1")
        #expect(try await yard.origin() != nil)
        try await yard.shell(change)
        #expect(try await yard.origin(after: change) == nil)
        let entry = try await yard.save("tree", as: "2")
        try await yard.restore(entry, to: "again")
        #expect(try await yard.list("again") == yard.list("tree"), "\(change)")
        // And the record of the second save is as good as that of the first.
        try await yard.settle()
        try await yard.save("tree", as: "3")
        #expect(try await yard.origin(after: change) != nil)
    }

    @Test func `files of folders that moved are known where they are now`() async throws {
        try await yard.plant()
        try await yard.settle()
        try await yard.save("tree", as: "1")
        try await yard.shell("mv tree/a/b tree/d/b; mv tree/p/1/2/3 tree/p/1/z")
        try await yard.origin(after: "two folders that moved")
        let walk = try await TreeWalk(yard.seen(yard.saved))
        let found = try UnchangedTrees(yard.store, FoundTree.find([yard.saved])).find(walk)
        #expect(found.changed.isEmpty && found.isPartial)
    }

    @Test func `a tree of which a restore changed a part is what it holds now`() async throws {
        try await yard.plant()
        try await yard.settle()
        let first = try await yard.save("tree", as: "1")
        try await yard.shell("echo other >tree/a/b/2; echo more >tree/d/more; rm tree/p/1/2/3/8")
        try await yard.settle()
        try await yard.restore(first, to: "tree", RestoreOptions(into: .existing))
        try await yard.origin(after: "a restore into what is there")
        let second = try await yard.save("tree", as: "2")
        #expect(second.identity == first.identity)
        try await yard.settle()
        try await yard.origin(after: "a save of it")
        try await yard.restore(second, to: "again")
        #expect(try await yard.list("again") == yard.list("tree"))
    }

    @Test func `what is new of one package is one pack, however many take a part of it`() async throws {
        try await yard.shell(
            """
            mkdir -p tree/p; for n in $(seq 40); do head -c 90000 /dev/urandom >tree/p/f$n; done
            for n in $(seq 40); do cp tree/p/f$n tree/p/twin$n; done; head -c 9000000 /dev/urandom >tree/p/large
            for n in $(seq 9); do printf '\\313\\r\\r\\n\\0\\0\\0\\0ti%se\\0\\0\\0\\0body' $n >tree/p/$n.pyc; done
            """)
        let entry = try await yard.save("tree", as: "1")
        #expect(entry.packs.count == 1)
        try await yard.restore(entry, to: "again")
        #expect(try await yard.list("again") == yard.list("tree"))
        try await yard.shell("diff -r tree again")
        #expect(try await yard.store.check(readData: .all).isClean)
    }

    @Test(arguments: [0, 1, 3, 4, 5, 90]) func `the shares of a unit are all of it, in its order`(_ count: Int) {
        for size in [count, 1 << 20, 9 << 20] {
            var unit = SaveUnit(size: size)
            unit.pieces = (0..<count).map { .init(member: $0, chunk: 0) }
            let shares = unit.shares
            #expect(shares.flatMap(\.pieces).map(\.member) == Array(0..<count))
            #expect(shares.count == (size < 9 << 20 ? min(1, count) : min(4, count)))
            #expect(shares.allSatisfy { !$0.pieces.isEmpty })
        }
    }

    @Test func `a changed file that has what the store lost gives it back to all`() async throws {
        try await yard.plant()
        try await yard.settle()
        let first = try await yard.save("tree", as: "1")
        try await yard.shell("cp tree/a/b/2 tree/d/5")
        for record in try yard.store.entries.list() { try yard.store.entries.remove(record.id) }
        for pack in first.packs { try Files.remove(yard.store.path(of: pack.digest)) }
        try await yard.restore(try await yard.save("tree", as: "2"), to: "again")
        #expect(try await yard.list("again") == yard.list("tree"))
        #expect(try await yard.store.check(readData: .all).isClean)
    }

    @Test func `a file where a tree was is a file`() async throws {
        try await yard.plant()
        try await yard.settle()
        try await yard.save("tree", as: "1")
        try await yard.shell("rm -r tree; echo x >tree")
        #expect(try await yard.origin() == nil)
        let entry = try await yard.save("tree", as: "2")
        try await yard.restore(entry, to: "again")
        #expect(try await yard.shell("cat again") == "x\n")
    }

    @Test func `trees and changes made by chance are seen as they are`() async throws {
        let above = try Folder(yard.root)
        for seed in 1...12 as ClosedRange<UInt64> {
            try above.removeTree("tree")
            let tree = RandomTree(seed: seed * 104_729, count: 60)
            try tree.write("tree", in: above)
            try await yard.settle()
            try await yard.save("tree", as: "\(seed)")
            #expect(try await yard.origin() != nil, "seed \(seed)")
            var random = Numbers(state: seed)
            for _ in 0..<4 {
                let files = try await yard.shell("find tree -mindepth 1 -printf '%p\\n' | LC_ALL=C sort").split(
                    separator: "\n")
                guard !files.isEmpty else { break }
                let file = String(files[random.below(files.count)])
                let other = String(files[random.below(files.count)])
                let changes = [
                    "rm -rf '\(file)'", "touch -h '\(file)'", "mv -T '\(file)' '\(other)'", "mkdir -p '\(file)/x'",
                ]
                _ = try? await yard.shell(changes[random.below(changes.count)])
                try await yard.origin(after: "seed \(seed)")
            }
        }
    }

    @Test func `an entry that is gone, or has become another one, holds no tree`() async throws {
        try await yard.plant()
        try await yard.settle()
        let first = try await yard.save("tree", as: "1")
        for record in try yard.store.entries.list() { try yard.store.entries.remove(record.id) }
        let second = try await yard.save("tree", as: "2")
        #expect(second.manifest == first.manifest)
        try Files.remove(yard.store.path(of: first.packs[0].digest))
        let third = try await yard.save("tree", as: "3")
        try await yard.restore(third, to: "again")
        #expect(try await yard.list("again") == yard.list("tree"))
    }

    @Test func `paths longer than the system takes are looked at name by name`() async throws {
        let name = try #require(Folder.Name(String(repeating: "n", count: 200)))
        var folder = try Folder(yard.root).makeFolder("tree")
        for _ in 0..<30 {
            folder = try folder.makeFolder(name)
            _ = try folder.create("file")
        }
        try await yard.settle()
        let first = try await yard.save("tree", as: "1")
        try await yard.origin(after: "nothing")
        _ = try folder.create("more")
        try await yard.origin(after: "a file at the end")
        #expect(try await yard.save("tree", as: "2").files == first.files + 1)
        try Folder(yard.root).removeTree("tree")
    }

    @Test(.linuxOnly("mounts")) func `what is mounted over a folder is not what was there`() async throws {
        try await yard.plant()
        try await yard.settle()
        let first = try await yard.save("tree", as: "1")
        try await yard.shell("mkdir other && cp -a tree/a/b/. other && mount --bind other tree/a/b")
        let bound = await Result { try await yard.origin(after: "a bind mount") }
        try await yard.shell("umount tree/a/b && mount -t tmpfs tmpfs tree/a/b && echo x >tree/a/b/x")
        let mounted = await Result { try await yard.origin(after: "a mount") }
        // A tree with a mount in it gets no record, and the one that is there stays.
        let second = await Result { try await yard.save("tree", as: "2") }
        let again = await Result { try await yard.origin(after: "a save with a mount") }
        try await yard.shell("umount tree/a/b")
        let origins = try [bound.get(), mounted.get(), again.get()]
        #expect(origins == [nil, nil, nil])
        let saved = try second.get()
        #expect(saved.files != first.files)
        // What its files hold is noted all the same.
        let place = try #require(TreePlace("tree", in: Folder(yard.root)))
        #expect((PlaceRecords(yard.store).readFiles(place)?.count ?? 0) > 0)
        #expect(try await yard.origin(after: "no mount any more")?.manifest == first.manifest)
    }

    @Test func `names of one file in several trees are found again, whoever was saved before`() async throws {
        try await yard.shell("mkdir one two; echo x >one/x; ln one/x two/x; echo y >two/y; ln two/y two/z")
        try await yard.settle()
        let (one, two) = (
            SavedPath(label: "one", path: yard.path("one")), SavedPath(label: "two", path: yard.path("two"))
        )
        _ = try await yard.transport.save([one], as: CacheKey("one"), version: "v1", cost: nil)
        for number in 0..<3 {
            let seen = try await UnchangedTrees(yard.store, FoundTree.find([one, two])).look()
            let (known, plain) = (try await TreeWalk(seen), try await TreeWalk([one, two]))
            #expect(known.manifest == plain.manifest && known.linked == plain.linked, "\(number)")
            // At first the tree one has a record of an entry that has that tree only.
            #expect((seen.origin != nil) == (number > 0))
            _ = try await yard.transport.save([one, two], as: CacheKey("both-\(number)"), version: "v1", cost: nil)
        }
    }

    @Test func `a tree of many blocks is judged block by block`() async throws {
        try await yard.shell(
            "for i in $(seq 40); do mkdir -p tree/$i/in/deep; for j in $(seq 40); do echo $i$j >tree/$i/in/deep/$j; done; done"
        )
        try await yard.settle()
        try await yard.save("tree", as: "1")
        #expect(try await yard.origin() != nil)
        let changes = [
            "echo x >tree/33/in/deep/new", "rm tree/7/in/deep/9", "echo x >tree/40/in/deep/40; rm -r tree/39",
            "mkdir -p tree/21/in/new; cp -a tree/20/in/deep tree/21/in/new", "for i in tree/*; do echo x >$i/new; done",
            "rm -r tree/1 tree/40", "for i in $(seq 2 30); do rm -r tree/$i; done", "touch tree/*/in/deep/*",
            "for i in $(seq 300); do mkdir -p tree/35/in/$i/more; echo $i >tree/35/in/$i/more/file; done",
        ]
        for (number, change) in changes.enumerated() {
            try await yard.shell(change)
            #expect(try await yard.origin(after: change) == nil)
            try await yard.settle()
            let entry = try await yard.save("tree", as: "change-\(number)")
            #expect(try await yard.origin(after: change)?.manifest == entry.manifest)
        }
    }

    @Test func `what no entry can hold is refused, and a pack that was cut is stored anew`() async throws {
        try await yard.plant()
        try await yard.settle()
        let first = try await yard.save("tree", as: "1")
        try await yard.shell("mkfifo tree/a/pipe")
        await #expect(throws: BerthError.self) { try await yard.save("tree", as: "2") }
        try await yard.shell("rm tree/a/pipe")
        try await yard.settle()
        try await yard.save("tree", as: "3")
        try await yard.shell(
            "chmod +w store/blobs/sha256/*; truncate -s 10 store/blobs/sha256/\(first.packs[0].digest.hex)")
        let entry = try await yard.save("tree", as: "4")
        try await yard.restore(entry, to: "again")
        #expect(try await yard.list("again") == yard.list("tree"))
    }
}

extension Result where Failure == any Error {
    /// What came of work that must not keep a test from clearing up.
    fileprivate init(_ work: () async throws -> Success) async {
        do { self = .success(try await work()) } catch { self = .failure(error) }
    }
}
