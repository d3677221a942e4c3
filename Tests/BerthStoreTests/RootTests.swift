import BerthArchive
import BerthStore
import BerthSystem
import SystemPackage
import Testing

struct RootTests {
    @Test func `Records are named by their digest, listed with their blobs, and removed`() async throws {
        try await withStore { store in
            let blobs = try store.addBlobs(1...3)
            let id = try store.addRoot(blobs)
            let root = try #require(try store.roots.list().first)
            #expect(root.id == id && root.blobs == blobs && Digest.of(root.record) == id)
            #expect(try store.roots.remove(id))
            #expect(try !store.roots.remove(id))
            #expect(try store.roots.list().isEmpty)
        }
    }

    @Test(arguments: ["{}", "[]", "", "{\"blobs\":[\"sha256:zz\"]}", "{\"blobs\":\"x\"}"])
    func `A record that does not list its blobs is refused`(text: String) async throws {
        try await withStore { store in
            expectFailure(.damaged) { try store.roots.add(Array(text.utf8)) }
            let count = try store.roots.list().count
            #expect(count == 0)
        }
    }

    @Test func `A record with a flipped bit is named, and nothing is collected`() async throws {
        try await withStore { store in
            _ = try store.addBlobs(1...2)
            let id = try store.addRoot([])
            let path = store.root.appending("versions").appending("\(id.hex).json")
            var bytes = try Files.read(path)
            bytes[3] ^= 1
            try Files.writeAtomically(bytes, to: path)
            expectFailure(.damaged) { _ = try store.roots.list() }
            expectFailure(.damaged) { _ = try store.collectLater() }
            #expect(try Files.list(store.root.pushing("blobs/sha256")).count == 2)
        }
    }

    @Test(arguments: ["{}", "[]", "", "{\"blobs\":[\"sha256:zz\"]}", "{\"blobs\":\"x\"}"])
    func `A cache entry that does not list its blobs is refused, and where there is one nothing is collected`(
        text: String
    ) async throws {
        try await withStore { store in
            let id = try store.addBlobs(1...2)[0]
            expectFailure(.damaged) { _ = try store.entries.add(Array(text.utf8), id: id) }
            #expect(try store.entries.ids().isEmpty)
            try Files.writeAtomically(text, to: store.root.appending("entries").appending("\(id.hex).json"))
            let record = try #require(try store.entries.read(id))
            expectFailure(.damaged) { _ = try record.blobs() }
            expectFailure(.damaged) { _ = try store.collectLater() }
            #expect(try Files.list(store.root.pushing("blobs/sha256")).count == 2)
            #expect(try await store.check().problems.map(\.kind) == [.damagedRecord])
            #expect(try await store.repair().after.isClean)
            #expect(try store.collectLater().removed.count == 2)
        }
    }

    @Test func `A pin keeps a lock's files while the lock is there`() async throws {
        try await withStore { store in
            let blobs = try store.addBlobs(1...4)
            let lock = store.root.removingLastComponent().appending("berth.lock")
            try Files.writeAtomically("lock", to: lock)
            try store.pins.set(lock: lock, blobs: Array(blobs[0...2]))
            try store.pins.set(lock: lock, blobs: Array(blobs[0...1]))
            #expect(try store.pins.list().map(\.blobs) == [blobs[0...1].sorted()])
            #expect(try store.pins.list().map(\.path) == [lock.string])
            #expect(try Set(store.collectLater().removed.map(\.digest)) == Set(blobs[2...3]))
            try Files.remove(lock)
            let report = try store.collectLater()
            #expect(report.removed.count == 2)
            #expect(report.cleaned.contains { $0.contains(lock.string) })
            #expect(try store.pins.list().isEmpty)
        }
    }
}
