import BerthArchive
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// Entries that are kept unpacked: when they are made, what is trusted, what drops them.
struct HotTests {
    private static func yard(_ kind: String) async throws -> CacheYard {
        let yard = try await CacheYard(on: LoopFileSystem(kind))
        try yard.write([
            "tree/a": .file(Array(repeating: 7, count: 200_000), mode: 0o644), "tree/b/c": .program("#!/bin/sh\n"),
            "tree/b/d": .link("c"), "tree/e": .folder,
        ])
        try await yard.shell("ln tree/a tree/f && touch -d '2001-02-03 04:05:06.123456789' tree/a tree/b")
        return yard
    }

    @Test(.linuxOnly("loop mounts"), arguments: ["btrfs", "xfs"])
    func `the second restore keeps the entry unpacked, and later ones share it`(_ kind: String) async throws {
        let yard = try await Self.yard(kind)
        let before = try await yard.facts("tree")
        let entry = try await yard.save("tree")
        let first = try await yard.restore(entry, to: "one")
        #expect(first.strategy == .unpack && first.reasons.contains { $0.contains("second restore") }, "\(first)")
        // Nor where the policy keeps more of the disk free than there is.
        let policy = yard.store.root.pushing("cache/policy.yaml")
        try Files.writeAtomically("free: 2GB\n", to: policy)
        let full = try await yard.restore(entry, to: "one")
        #expect(full.strategy == .unpack && full.reasons.contains { $0.contains("free, too little") }, "\(full)")
        try Files.writeAtomically("free: 1kB\n", to: policy)
        for name in ["two", "three"] {
            let outcome = try await yard.restore(entry, to: name)
            #expect(outcome.strategy == (kind == "btrfs" ? .snapshot : .reflink), "\(outcome)")
            #expect(try await yard.facts(name) == before)
        }
        #expect(HotFolder(yard.store).list().map(\.manifest) == [entry.manifest])
        // What is written to one of them is seen nowhere else.
        try await yard.shell("printf more >>two/a")
        try await yard.restore(entry, to: "two", RestoreOptions(strategy: .reflink))
        #expect(try await yard.facts("two") == before)
        try await yard.restore(entry, to: "three")
        #expect(try await yard.facts("three") == before)
    }

    @Test(.linuxOnly("loop mounts")) func `where blocks cannot be shared, it says so and unpacks`() async throws {
        let yard = try await Self.yard("ext4")
        let entry = try await yard.save("tree")
        try await yard.restore(entry, to: "one")
        let outcome = try await yard.restore(entry, to: "one")
        #expect(outcome.strategy == .unpack && outcome.reasons.contains { $0.contains("share") }, "\(outcome)")
        #expect(HotFolder(yard.store).list().isEmpty)
        let error = await #expect(throws: BerthError.self) {
            try await yard.restore(entry, to: "one", RestoreOptions(strategy: .reflink))
        }
        #expect(error?.what.contains("reflink is not possible here") == true, "\(String(describing: error))")
        #expect(try await yard.facts("one") == yard.facts("tree"))
    }

    @Test(.linuxOnly("loop mounts")) func `a store on another file system is no obstacle to unpacking`() async throws {
        let (yard, other) = (try await Self.yard("btrfs"), try await LoopFileSystem("btrfs"))
        let entry = try await yard.save("tree")
        for _ in 0..<2 {
            let outcome = try await yard.cache.restore(
                entry, to: [Destination(label: "tree", path: other.path.appending("place"))])
            #expect(outcome.strategy == .unpack)
            #expect(outcome.reasons.contains { $0.contains("different file systems") }, "\(outcome)")
        }
    }

    @Test(.linuxOnly("loop mounts")) func `a damaged file is moved to the trash, and the packs have it`() async throws {
        let yard = try await Self.yard("btrfs")
        let before = try await yard.facts("tree")
        let entry = try await yard.save("tree")
        let home = HotFolder(yard.store)
        for (number, isEarlierBoot) in [false, true].enumerated() {
            try await yard.cache.warm(entry)
            let script = "printf X | dd of=store/hot/\(entry.manifest.hex)/0/a conv=notrunc bs=1 seek=70000 2>/dev/null"
            try await yard.shell(script)
            if isEarlierBoot {
                var facts = try #require(home.facts(of: entry.manifest))
                facts.verifiedIn = "another boot"
                try home.write(facts, of: entry.manifest)
            }
            // A way that was asked for tries to find the file right; the packs have it all the same.
            let options = RestoreOptions(strategy: isEarlierBoot ? nil : .reflink)
            let outcome = try await yard.restore(entry, to: "place", options)
            #expect(outcome.strategy == .unpack, "\(outcome)")
            #expect(outcome.reasons.contains { $0.contains("damaged") && $0.hasSuffix("it was dropped") }, "\(outcome)")
            #expect(!Files.exists(home.factsFile(of: entry.manifest)) && home.list().isEmpty)
            #expect(try await yard.facts("place") == before)
            try await yard.restore(entry, to: "place")
            #expect(try await yard.facts("place") == before)
            let trash = try Files.list(yard.store.root.appending("trash")).filter { $0.hasPrefix("hot-") }
            #expect(trash.count == number + 1, "\(trash)")
        }
    }

    @Test(.linuxOnly("overlays")) func `a mount is a lease, and what is written through it reaches nobody`()
        async throws
    {
        let yard = try await Self.yard("ext4")
        let before = try await yard.facts("tree")
        let entry = try await yard.save("tree")
        let home = HotFolder(yard.store)
        let outcome = try await yard.restore(entry, to: "place", RestoreOptions(strategy: .overlay))
        #expect(outcome.strategy == .overlay && outcome.written == ByteCount(0))
        #expect(try await yard.facts("place") == before)
        #expect(home.list().first?.mounts == [yard.path("place").string])
        #expect(try !home.drop(entry.manifest) && home.trim(to: ByteCount(0)).isEmpty)
        let evictor = Evictor(yard.store, CachePolicy())
        let held = try evictor.run(to: ByteCount(0), isDryRun: false)
        #expect(held.entries.isEmpty && held.notes.contains { $0.contains("pinned or in use") }, "\(held)")
        #expect(try evictor.run(keys: [entry.key], isDryRun: false).notes == ["key stays: it is mounted"])
        #expect(try EntryFigures.all(in: yard.store).map(\.hold) == ["mounted"])
        try await yard.shell("printf X >place/a && rm place/b/c && mv place/b place/moved && mkdir place/new")
        let again = await #expect(throws: BerthError.self) { try await yard.restore(entry, to: "place") }
        #expect(again?.remedy?.contains("berth cache release") == true)
        try home.release(yard.path("place"))
        #expect(try !Files.exists(yard.path("place")) && Files.list(home.root.appending("mounts")).isEmpty)
        #expect(throws: BerthError.self) { try home.release(yard.path("tree")) }
        try await yard.restore(entry, to: "place", RestoreOptions(strategy: .overlay))
        #expect(try await yard.facts("place") == before)
        try home.release(yard.path("place"))
        // With the entry its unpacked copy goes.
        let gone = try evictor.run(to: ByteCount(0), isDryRun: false)
        #expect(gone.entries.map(\.key) == ["key"] && gone.unpacked == entry.size.value, "\(gone)")
        #expect(try Files.list(home.root).filter { $0.contains(entry.manifest.hex) }.isEmpty)
    }

    @Test(.linuxOnly("loop mounts")) func `the least recently used goes first, and none over the budget is made`()
        async throws
    {
        let yard = try await Self.yard("btrfs")
        var options = RestoreOptions(strategy: .reflink)
        options.hotBudget = ByteCount(450_000)
        var entries: [CacheEntry] = []
        for number in 0..<3 {
            try await yard.shell("printf \(number) >tree/e/number")
            entries.append(try await yard.save("tree", as: "\(number)"))
        }
        try await yard.restore(entries[0], to: "place", options)
        try await yard.restore(entries[1], to: "place", options)
        let home = HotFolder(yard.store)
        try await yard.shell("touch -d 2001-01-01 store/hot/\(entries[1].manifest.hex).json")
        try await yard.restore(entries[2], to: "place", options)
        #expect(Set(home.list().map(\.manifest)) == [entries[0].manifest, entries[2].manifest])
        options.hotBudget = ByteCount(1000)
        let error = await #expect(throws: BerthError.self) {
            try await yard.restore(entries[1], to: "place", options)
        }
        #expect(error?.what.contains("more than hot entries may take") == true)
    }

    @Test(.linuxOnly("loop mounts")) func `on a full disk a restore that shares files leaves what was there`()
        async throws
    {
        let yard = try await Self.yard("xfs")
        try await yard.shell("for n in $(seq 3000); do head -c 4096 /dev/zero >tree/e/$n; echo $n >>tree/e/$n; done")
        let entry = try await yard.save("tree")
        try await yard.cache.warm(entry)
        try yard.write(["place/old": "old\n"])
        try await yard.shell(
            """
            fallocate -l "$(($(df -k --output=avail . | tail -n 1) - 512))K" filler
            dd if=/dev/zero of=rest bs=4k 2>/dev/null || sync
            """)
        let error = await #expect(throws: BerthError.self) {
            try await yard.restore(entry, to: "place", RestoreOptions(strategy: .reflink))
        }
        #expect(error?.status == .noSpace, "\(String(describing: error))")
        #expect(try Tree(reading: yard.path("place")) == ["old": "old\n"])
        #expect(try Files.list(yard.root).filter { $0.hasPrefix(".berth") }.isEmpty)
        try await yard.shell("rm filler rest")
        try await yard.restore(entry, to: "place", RestoreOptions(strategy: .reflink))
        #expect(try await yard.facts("place") == yard.facts("tree"))
    }

    @Test(.linuxOnly("loop mounts")) func `a restored tree of a hot entry need not be read to be saved`() async throws {
        let yard = try await Self.yard("btrfs")
        let entry = try await yard.save("tree")
        try await yard.cache.warm(entry)
        // The last ones that were made are too young to be believed.
        try await Task.sleep(for: .milliseconds(60))
        let home = HotFolder(yard.store)
        let walk = try await TreeWalk([
            SavedPath(label: "tree", path: home.folder(of: entry.manifest).appending("0"))
        ])
        let noted = walk.states.indices.filter { !walk.manifest.members.isFolder($0) }
            .map { FileNote(member: $0, permissions: 0o644, state: walk.states[$0]) }
        try home.write(
            noted, at: FileTime.now, content: { _ in FileContent(chunks: [.of("x")]) }, of: HotTree(entry.manifest, 0))
        try await yard.restore(entry, to: "place", RestoreOptions(strategy: .snapshot))
        let saved = SavedPath(label: "tree", path: yard.path("place"))
        let restored = try await TreeWalk([saved])
        let known = try #require(UnchangedTrees(yard.store, FoundTree.find([saved])).record(of: 0))
        for (member, state) in zip(restored.manifest.members, restored.states) {
            guard case .file = member.content else { continue }
            #expect(known.content(of: state)?.chunks == [.of("x")])
        }
    }

    @Test func `the layers that a running process is just making are not swept, those of an ended one are`()
        async throws
    {
        let yard = try CacheYard()
        let home = HotFolder(yard.store)
        let mounts = OverlayMount.folder(in: home)
        let (ours, ended) = ("\(Machine.processIdentifier).1", "\(Int32.max).1")
        for name in [ours, ended] { try Files.makeDirectory(mounts.appending(name)) }
        try home.trim(to: ByteCount(0))
        #expect(try Files.list(mounts) == [ours])
    }
}
