import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// Where trees land: mounted places, mounts inside of them, and failures half way.
struct LandingTests {
    private let yard: CacheYard

    init() throws { yard = try CacheYard() }

    /// A landing that fails when it is put in its place.
    private struct Broken: Landing {
        let destination: FilePath = "/broken"
        let parent: Folder
        let stage: Folder.Name = "none"
        var place: (parent: Folder, name: Folder.Name) { (parent, stage) }
        func install() throws { throw BerthError(.failed, "no") }
        func takeBack() throws { throw BerthError(.failed, "taken back though never installed") }
        func forget() -> String? { nil }
        func discard() {}
    }

    @Test func `when one tree cannot be put in its place, those before it are taken back`() throws {
        try yard.write(["one/old": "1\n", "two/old": "2\n"])
        let landings = try ["one", "two", "new"].map { name in
            let landing = try LandingChooser().landing(yard.path(name))
            _ = try landing.makeRoot().create("fresh")
            return landing
        }
        let broken = Broken(parent: try Folder(yard.root))
        #expect(throws: BerthError.self) { try TreeRestorer.install(landings + [broken]) }
        #expect(try Tree(reading: yard.path("one")) == ["old": "1\n"])
        #expect(try Tree(reading: yard.path("two")) == ["old": "2\n"])
        #expect(!Files.exists(yard.path("new")))
        for landing in landings { landing.discard() }
        #expect(try Files.list(yard.root) == ["one", "store", "two"])
    }

    @Test(.linuxOnly("mounts"), arguments: BerthCacheTests.Way.allCases)
    func `a mounted file system is filled inside, and put back on failure`(_ way: BerthCacheTests.Way) async throws {
        let yard = try await CacheYard(way)
        try yard.write(["tree/new/x": "new\n", "tree/top": "top\n"])
        try await yard.shell("chmod 500 tree/new && chmod 750 tree && touch -d '2001-02-03 04:05:06.7' tree")
        let before = try await yard.facts("tree")
        let entry = try await yard.save("tree")
        try await yard.shell("mkdir place && mount -t tmpfs tmpfs place && mkdir -p place/old place/lost+found")
        try await yard.shell("printf old >place/old/y && chmod 700 place")
        let pack = yard.store.path(of: entry.packs[0].digest)
        let bytes = try Files.read(pack)
        try Files.writeAtomically(bytes.dropLast() + [0], to: pack)
        await #expect(throws: BerthError.self) { try await yard.restore(entry, to: "place") }
        #expect(
            try await yard.shell("find place | sort && stat -c %a place")
                == "place\nplace/lost+found\nplace/old\nplace/old/y\n700\n")
        try Files.writeAtomically(bytes, to: pack)
        try await yard.restore(entry, to: "place")
        try await yard.shell("rmdir place/lost+found && touch -r tree place && mountpoint -q place")
        #expect(try await yard.facts("place") == before)
        if way == .local {
            try await yard.restore(entry, to: "place", RestoreOptions(into: .existing))
            #expect(try await yard.facts("place") == before)
        }
        try await yard.shell("umount place")
    }

    @Test(.linuxOnly("mounts")) func `a mount point's old contents come back when a later tree fails`() async throws {
        try await yard.shell("mkdir place && mount -t tmpfs tmpfs place && mkdir place/old && printf x >place/old/y")
        let before = try await yard.facts("place")
        try installAndFail("place")
        #expect(try await yard.facts("place") == before)
        try await yard.shell("umount place")
    }

    /// Fills a place, then takes it back as the next tree cannot be installed.
    private func installAndFail(_ name: String) throws {
        let landing = try LandingChooser().landing(yard.path(name))
        #expect(landing is FilledMount)
        _ = try landing.makeRoot().create("fresh")
        let broken = Broken(parent: try Folder(yard.root))
        #expect(throws: BerthError.self) { try TreeRestorer.install([landing, broken]) }
        landing.discard()
    }

    @Test(.linuxOnly("mounts"), arguments: BerthCacheTests.Way.allCases)
    func `what is mounted inside of a place is neither moved nor removed`(_ way: BerthCacheTests.Way) async throws {
        let yard = try await CacheYard(way)
        try yard.write(["tree/x": "new\n", "place/in/keep": "", "other/precious": "keep\n"])
        let entry = try await yard.save("tree")
        // A bind mount has the device of what it shows: only the mount table tells it from a folder.
        try await yard.shell("mount --bind other place/in")
        let error = await #expect(throws: BerthError.self) { try await yard.restore(entry, to: "place") }
        #expect(error?.status == .usage && error?.what.contains("place/in") == true)
        #expect(throws: BerthError.self) { try Folder(yard.root).removeTree("place") }
        let outcome = try await yard.cache.restore(
            entry, to: [Destination(label: "tree", path: yard.path("place"))], options: RestoreOptions(into: .existing))
        #expect(outcome.notes.count == 1 && outcome.notes[0].contains("place/in"), "\(outcome)")
        #expect(try Tree(reading: yard.path("place")) == ["x": "new\n", "in/precious": "keep\n"])
        try await yard.shell("umount place/in")
        #expect(try Tree(reading: yard.path("other")) == ["precious": "keep\n"])
    }

    @Test func `a path whose folder nobody may write to is refused with its place`() async throws {
        try yard.write(["tree/x": "new\n"])
        let entry = try await yard.save("tree")
        let error = await #expect(throws: BerthError.self) {
            try await yard.cache.restore(entry, to: [Destination(label: "tree", path: "/proc/self/fd/place")])
        }
        #expect(error?.place?.contains("/proc") == true, "\(String(describing: error))")
    }
}
