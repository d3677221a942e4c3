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

    private var saved: SavedPath { SavedPath(label: "tree", path: yard.path("tree")) }

    /// Longer than the tick of any clock that stamps files here.
    private func settle() async throws { try await Task.sleep(for: .milliseconds(60)) }

    private func seen(_ saved: SavedPath) async throws -> SeenTrees {
        try await UnchangedTrees(yard.store, FoundTree.find([saved])).look()
    }

    /// The entry that the tree is believed to be, after a walk that begins with what is known has found what any walk does.
    @discardableResult
    private func origin(
        _ saved: SavedPath? = nil, after what: String = "", location: SourceLocation = #_sourceLocation
    ) async throws -> TreeRecord.Origin? {
        let saved = saved ?? self.saved
        let seen = try await seen(saved)
        let (known, plain) = (try await TreeWalk(seen), try await TreeWalk([saved]))
        #expect(known.manifest == plain.manifest, "\(what)", sourceLocation: location)
        #expect(known.states == plain.states, "\(what)", sourceLocation: location)
        return seen.origin
    }

    private func plant() async throws {
        try await yard.shell(
            """
            mkdir -p tree/a/b/c tree/d tree/e/empty tree/node_modules/x
            for name in a/1 a/b/2 a/b/c/3 d/4 d/5 node_modules/x/6; do echo "$name" >"tree/$name"; done
            ln -s 4 tree/d/link; ln tree/a/1 tree/d/second; touch tree/d/nothing; chmod 755 tree/d/5
            truncate -s 1M tree/d/sparse
            """)
    }

    @Test func `a tree that nobody touched is the entry that came of it, and its save adds nothing`() async throws {
        try await plant()
        try await settle()
        let first = try await yard.save("tree", as: "1")
        #expect(try await origin()?.manifest == first.manifest)
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
        try await plant()
        let first = try await yard.save("tree", as: "1")
        try await yard.restore(first, to: "tree", RestoreOptions(strategy: strategy))
        #expect(try await origin()?.manifest == first.manifest)
        #expect(try await yard.save("tree", as: "2").manifest == first.manifest)
        try await yard.shell("echo more >tree/a/b/more")
        #expect(try await origin() == nil)
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
        "mv tree/a tree/t; cp -a tree/t tree/a; rm -r tree/t", "echo x >tree/a/b/c/x; echo y >tree/d/y; rm tree/d/5",
    ]

    @Test(arguments: changes) func `whatever changes is seen`(_ change: String) async throws {
        try await plant()
        try await settle()
        try await yard.save("tree", as: "1")
        #expect(try await origin() != nil)
        try await yard.shell(change)
        #expect(try await origin(after: change) == nil)
        let entry = try await yard.save("tree", as: "2")
        try await yard.restore(entry, to: "again")
        #expect(try await yard.list("again") == yard.list("tree"), "\(change)")
        // And the record of the second save is as good as that of the first.
        try await settle()
        try await yard.save("tree", as: "3")
        #expect(try await origin(after: change) != nil)
    }

    @Test func `a file where a tree was is a file`() async throws {
        try await plant()
        try await settle()
        try await yard.save("tree", as: "1")
        try await yard.shell("rm -r tree; echo x >tree")
        #expect(try await origin() == nil)
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
            try await settle()
            try await yard.save("tree", as: "\(seed)")
            #expect(try await origin() != nil, "seed \(seed)")
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
                try await origin(after: "seed \(seed)")
            }
        }
    }

    @Test func `a folder that changed in the tick of its record is read again`() async throws {
        try await yard.shell("mkdir -p tree/in; touch tree/in/a tree/in/b")
        try await settle()
        let walk = try await TreeWalk([saved])
        let place = try #require(TreePlace("tree", in: Folder(yard.root)))
        let moment = walk.states[0].changed
        func origin(_ names: [String]) async throws -> TreeRecord.Origin? {
            var body = RecordedBody()
            for (member, entry) in walk.manifest.members.enumerated()
            where entry.depth < 2 || names.contains(String(decoding: entry.name, as: UTF8.self)) {
                body.add(entry, walk.states[member], isLinked: false)
            }
            let known = TreeRecord.Origin(entry: .of("x"), manifest: .of("y"), tree: 0, trees: 1)
            // Folders and files are of one tick; files that young would not be believed, so they are left to the others.
            let head = TreeRecord.Head(
                label: "tree", exclude: [], origin: known, moment: moment, root: (walk.states[0], 0o755))
            TreeRecords(yard.store).write(head, body, of: place)
            let record = try #require(TreeRecords(yard.store).read(place, saved))
            let checked = try #require(try await CheckedTree(record, at: FoundTree.find([saved])[0].root))
            return checked.isSame(1) ? known : nil
        }
        #expect(try await origin(["a", "b"]) != nil)
        #expect(try await origin(["a"]) == nil)
        #expect(try await origin([]) == nil)
    }

    @Test func `an entry that is gone, or has become another one, holds no tree`() async throws {
        try await plant()
        try await settle()
        let first = try await yard.save("tree", as: "1")
        for record in try yard.store.entries.list() { try yard.store.entries.remove(record.id) }
        let second = try await yard.save("tree", as: "2")
        #expect(second.manifest == first.manifest)
        try Files.remove(yard.store.path(of: first.packs[0].digest))
        let third = try await yard.save("tree", as: "3")
        try await yard.restore(third, to: "again")
        #expect(try await yard.list("again") == yard.list("tree"))
    }

    @Test func `another question has another answer`() async throws {
        try await plant()
        try await settle()
        try await yard.save("tree", as: "1")
        func asked(_ patterns: [String]) throws -> SavedPath {
            SavedPath(label: "tree", path: yard.path("tree"), exclude: try Glob(inTree: patterns))
        }
        // Nothing was left out, and nothing would be.
        #expect(try await origin(asked(["tmp"])) != nil)
        #expect(try await origin(asked(["a/b"])) == nil)
        #expect(try await origin(asked(["**/3"])) == nil)
        #expect(try await origin(SavedPath(label: "other", path: yard.path("tree"))) == nil)
        let less = try asked(["a/b"])
        _ = try await yard.transport.save([less], as: CacheKey("2"), version: "v1", cost: nil)
        #expect(try await origin(less) != nil)
        #expect(try await origin() == nil)
        try await yard.shell("mkdir -p tree/a/b tree/d/x; echo 7 >tree/a/b/7; echo 8 >tree/d/x/8")
        #expect(try await origin(less) == nil)
    }

    @Test func `a damaged record is none`() async throws {
        try await plant()
        try await settle()
        try await yard.save("tree", as: "1")
        let folder = yard.store.root.pushing("hot/trees")
        let file = folder.appending(try #require(Files.list(folder).first))
        let bytes = try Files.read(file)
        for place in stride(from: 0, to: bytes.count, by: 5) {
            var other = bytes
            other[place] ^= 1 << UInt8(place % 8)
            try Files.writeAtomically(other, to: file)
            #expect(try await seen(saved).origin == nil)
            try Files.writeAtomically(Array(bytes.prefix(place)), to: file)
            #expect(try await seen(saved).origin == nil)
        }
        #expect(try await origin() == nil)
    }

    @Test func `paths longer than the system takes are looked at name by name`() async throws {
        let name = try #require(Folder.Name(String(repeating: "n", count: 200)))
        var folder = try Folder(yard.root).makeFolder("tree")
        for _ in 0..<30 {
            folder = try folder.makeFolder(name)
            _ = try folder.create("file")
        }
        try await settle()
        let first = try await yard.save("tree", as: "1")
        try await origin(after: "nothing")
        _ = try folder.create("more")
        try await origin(after: "a file at the end")
        #expect(try await yard.save("tree", as: "2").files == first.files + 1)
        try Folder(yard.root).removeTree("tree")
    }

    @Test(.linuxOnly("mounts")) func `what is mounted over a folder is not what was there`() async throws {
        try await plant()
        try await settle()
        let first = try await yard.save("tree", as: "1")
        try await yard.shell("mount -t tmpfs tmpfs tree/a/b && echo x >tree/a/b/x")
        let origin = try? await origin(after: "a mount")
        let second = try? await yard.save("tree", as: "2")
        // A tree with a mount in it has no record, and the next walk is a plain one.
        let after = try? await self.origin(after: "a save with a mount")
        try await yard.shell("umount tree/a/b")
        #expect(origin == nil && second != nil && after == nil)
        #expect(try await self.origin(after: "no mount any more")?.manifest == first.manifest)
    }
}
