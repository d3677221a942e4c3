import BerthArchive
import BerthStore
import BerthSystem
import SystemPackage
import Testing

struct LeaseTests {
    @Test func `A session leases what it adds and finds, until it is released or forgotten`() async throws {
        try await withStore { store in
            let old = try store.addBlobs(1...1)
            do {
                let session = try store.beginIngest(purpose: "build")
                let new = try session.add(content(2, count: 10))
                #expect(try session.keep(old[0], size: ByteCount(1000)))
                #expect(try !session.keep(.of("absent"), size: nil))
                let lease = try #require(try store.leases.list().first)
                #expect(lease.purpose.hasPrefix("build, process ") && lease.expires == nil)
                #expect(lease.blobs == [new, old[0], .of("absent")])
                #expect(try store.collectLater().removed.isEmpty)
                withExtendedLifetime(session) {}
            }
            #expect(try store.leases.list().isEmpty)
            #expect(try store.collectLater().removed.count == 2)
        }
    }

    @Test func `A session that has ended takes nothing more`() async throws {
        try await withStore { store in
            let session = try store.beginIngest(purpose: "build")
            session.release()
            session.release()
            expectFailure(.failed) { _ = try session.add([1]) }
        }
    }

    @Test func `A timed lease counts until its moment by the wall clock, or until it is ended`() async throws {
        try await withStore { store in
            let blobs = try store.addBlobs(1...2)
            let now = Machine.now
            let first = try store.leases.grant([blobs[0]], seconds: 10_000, purpose: "download", now: now)
            _ = try store.leases.grant([blobs[1]], seconds: 100, purpose: "download", now: now)
            #expect(try store.leases.list(now: now + 99).count == 2)
            #expect(try store.leases.list(now: now + 100).map(\.blobs) == [[blobs[0]]])
            #expect(try store.collectLater(seconds: 9000).removed.map(\.digest) == [blobs[1]])
            #expect(try store.leases.end(first))
            #expect(try !store.leases.end(first))
            #expect(try !store.leases.end("../oci-layout"))
            #expect(try store.collectLater(seconds: 9000).removed.map(\.digest) == [blobs[0]])
        }
    }

    @Test func `A lease written while the clock was years ahead ends after the time it was meant to last`() async throws
    {
        try await withStore { store in
            let blobs = try store.addBlobs(1...1)
            let now = Machine.now
            _ = try store.leases.grant(blobs, seconds: 3600, purpose: "wrong clock", now: now + 1_000_000_000)
            #expect(try store.leases.list(now: now).map(\.expires) == [now + 3600])
            #expect(try store.collectLater(seconds: 0).removed.isEmpty)
            #expect(try store.collectLater(seconds: 7200).removed.count == 1)
            #expect(try store.leases.list(now: now + 7200).isEmpty)
        }
    }

    @Test func `The lease of a killed process counts no more; that of a live one does`() async throws {
        try await withStore { store in
            let probe = try ProbeProcess.start(store, ["hold", "5", "800"])
            let digest = try Digest(probe.line())
            #expect(try store.leases.list().count == 1)
            #expect(try store.collectLater().removed.isEmpty)
            probe.killHard()
            #expect(try store.leases.list().isEmpty)
            #expect(try Files.list(store.root.appending("leases")).count == 1)
            #expect(try store.collectLater().removed.map(\.digest) == [digest])
            #expect(try Files.list(store.root.appending("leases")).isEmpty)
        }
    }
}
