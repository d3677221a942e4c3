import BerthArchive
import BerthStore
import BerthSystem
import Foundation
import SystemPackage
import Testing

struct CollectionTests {
    @Test func `Only unused content older than the grace period goes, each with its reason`() async throws {
        try await withStore { store in
            let blobs = try store.addBlobs(1...3, size: 500)
            try store.addRoot([blobs[0]])
            let image = try addImage(to: store, name: "img")
            let early = try store.collectLater(seconds: 60)
            #expect(early.removed.isEmpty)
            #expect(early.blobs.count { $0.reason == "younger than the grace period" } == 2)
            let dry = try store.collectLater(dryRun: true)
            #expect(dry.removed.count == 2 && dry.freed == ByteCount(1000) && dry.isDryRun)
            #expect(store.contains(blobs[1]) && store.contains(blobs[2]))
            let report = try store.collectLater()
            #expect(report.removed.map(\.digest) == dry.removed.map(\.digest))
            #expect(Set(report.removed.map(\.digest)) == [blobs[1], blobs[2]])
            #expect(!store.contains(blobs[1]) && store.contains(blobs[0]))
            for part in image.blobs {
                #expect(report.blobs.first { $0.digest == part }?.reason == "image img")
            }
            #expect(report.blobs.first { $0.digest == blobs[0] }?.reason.hasPrefix("image version record") == true)
            #expect(try Files.list(store.root.appending("trash")).isEmpty)
        }
    }

    @Test func `An add and a look take content back from the trash`() async throws {
        try await withStore { store in
            let blobs = try store.addBlobs(1...2)
            for blob in blobs {
                try Files.rename(store.path(of: blob), to: store.root.appending("trash").appending(blob.hex))
            }
            #expect(store.contains(blobs[0], size: ByteCount(1000)))
            let inode = try Files.facts(store.root.appending("trash").appending(blobs[1].hex))?.inode
            #expect(try store.addBlobs(2...2) == [blobs[1]])
            #expect(try Files.facts(store.path(of: blobs[1]))?.inode == inode)
            #expect(try Files.list(store.root.appending("trash")).isEmpty)
        }
    }

    @Test func `What a killed collection left in the trash goes back if needed, else goes`() async throws {
        try await withStore { store in
            let blobs = try store.addBlobs(1...2)
            try store.addRoot([blobs[0]])
            for blob in blobs {
                try Files.rename(store.path(of: blob), to: store.root.appending("trash").appending(blob.hex))
            }
            _ = try store.collectLater(seconds: 0)
            #expect(Files.exists(store.path(of: blobs[0])))
            #expect(try Files.list(store.root.appending("trash")).isEmpty)
        }
    }

    @Test func `A second collection waits for a bounded time, then names who holds the lock`() async throws {
        try await withStore { store in
            let lock = try FileLock.acquire(
                store.root.appending("lock"), .exclusive, seconds: 1, purpose: "repairing the store")
            let error = failure { _ = try store.collectLater() }
            #expect(error?.status == .locked)
            #expect(error?.done?.contains("repairing the store") == true)
            #expect(error?.done?.contains("process \(Machine.processIdentifier)") == true)
            withExtendedLifetime(lock) {}
        }
    }

    @Test func `Derived files go least recently used first, down to the budget, never those in use`() async throws {
        try await withStore { store in
            let keys = (0..<4).map { Digest.of("key \($0)") }
            for key in keys { try store.fragments.write(content(9, count: 100), for: key, suffix: "gz") }
            for (age, key) in [5000, 4000, 9000].enumerated().map({ ($0.element, keys[$0.offset]) }) {
                let date = Date(timeIntervalSinceNow: -Double(age))
                let path = store.fragments.path(for: key, suffix: "gz").string
                try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
            }
            #expect(store.fragments.use(keys[2], suffix: "gz") != nil)
            #expect(store.fragments.use(.of("other"), suffix: "gz") == nil)
            var policy = CollectionPolicy()
            policy.reserve = ByteCount(0)
            policy.derivedBudget = ByteCount(350)
            let report = try store.collect(policy)
            #expect(report.derivedFiles == 1 && report.derivedBytes == ByteCount(100))
            #expect(store.fragments.use(keys[0], suffix: "gz") == nil)
            policy.derivedBudget = ByteCount(0)
            #expect(try store.collect(policy).derivedKept == ByteCount(200))
        }
    }

    @Test func `A clock that jumps years ahead makes nothing old at once`() async throws {
        try await withStore { store in
            let blobs = try store.addBlobs(1...1)
            _ = try store.leases.grant(blobs, seconds: 200_000, purpose: "download")
            #expect(try store.collectLater(seconds: 10).removed.isEmpty)
            let jumped = try store.collectLater(seconds: 500_000_000)
            #expect(jumped.removed.isEmpty && jumped.notes.count == 1)
            #expect(try store.collectLater(seconds: 10).removed.isEmpty)
            _ = try store.collectLater(seconds: 500_000_000)
            #expect(try store.collectLater(seconds: 500_000_100).removed.count == 1)
        }
    }

    @Test func `Content that came in under a wrong later clock becomes old from now on`() async throws {
        try await withStore { store in
            let blobs = try store.addBlobs(1...1)
            let later = Date(timeIntervalSinceNow: 900_000_000)
            try FileManager.default.setAttributes(
                [.modificationDate: later], ofItemAtPath: store.path(of: blobs[0]).string)
            #expect(try store.collectLater(seconds: 0).removed.isEmpty)
            #expect(try store.collectLater().removed.count == 1)
        }
    }

    @Test func `Unfinished files of ended processes go; those of live ones and fresh partial downloads stay`()
        async throws
    {
        try await withStore { store in
            let session = try store.beginIngest(purpose: "test")
            var writer = try session.writer()
            try writer.append(content(1, count: 10).span.bytes)
            let ingest = store.root.appending("ingest")
            try Files.writeAtomically("x", to: ingest.appending("1-dead.part"))
            try Files.writeAtomically("x", to: ingest.appending("partial-\(Digest.of("x").hex)"))
            try Files.writeAtomically("x", to: store.root.appending(".index.json.77.88"))
            #expect(try store.collectLater(seconds: 7200).cleaned.count == 2)
            #expect(try Files.list(ingest).count == 2)
            #expect(try writer.finish() == Digest.of(content(1, count: 10)))
            _ = try store.collectLater(seconds: 80_000)
            #expect(try Files.list(ingest).count == 1)
            for day in 1...9 { _ = try store.collectLater(seconds: 80_000 * Int64(day)) }
            #expect(try Files.list(ingest).isEmpty)
        }
    }

    @Test func `Work that meets a full disk is done again after a collection, once, if that freed anything`()
        async throws
    {
        try await withStore { store in
            let full = BerthError(.noSpace, "full")
            var calls = 0
            await #expect(throws: BerthError.self) {
                try await store.makingRoom {
                    calls += 1
                    throw full
                }
            }
            #expect(calls == 1)
            let blobs = try store.addBlobs(1...1)
            let early = Date(timeIntervalSinceNow: -7200)
            try FileManager.default.setAttributes(
                [.modificationDate: early], ofItemAtPath: store.path(of: blobs[0]).string)
            let done = try await store.makingRoom {
                calls += 1
                if calls == 2 { throw full }
                return "done"
            }
            #expect(done == "done" && calls == 3 && !store.contains(blobs[0]))
        }
    }

    @Test func `The reserve is written once, in the size asked for`() async throws {
        try await withStore { store in
            var policy = CollectionPolicy()
            policy.reserve = ByteCount(3_000_000)
            _ = try store.collect(policy)
            #expect(try Files.facts(store.root.appending("reserve"))?.size == 3_000_000)
            let inode = try Files.facts(store.root.appending("reserve"))?.inode
            _ = try store.collect(policy)
            #expect(try Files.facts(store.root.appending("reserve"))?.inode == inode)
        }
    }
}
