import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// What a store should hold, kept in memory beside the real one.
private struct Model {
    let store: Store
    var random: SeededGenerator
    /// Seconds that the clock is ahead: all that is in the store is older than the grace period.
    var ahead: Int64 = 7200
    let start = Machine.now
    var present: Set<Digest> = []
    var roots: [(id: Digest, blobs: [Digest])] = []
    var timed: [(id: String, ends: Int64, blobs: [Digest])] = []
    var sessions: [(session: IngestSession, blobs: [Digest])] = []
    var count = 0

    var now: Int64 { start + ahead }

    /// Content that something keeps now.
    var kept: Set<Digest> {
        Set(roots.flatMap(\.blobs) + timed.filter { $0.ends > now }.flatMap(\.blobs) + sessions.flatMap(\.blobs))
    }

    mutating func step() throws {
        switch random.next() % 10 {
        case 0...3: try add()
        case 4: if !sessions.isEmpty { sessions.removeFirst().session.release() }
        case 5: try record()
        case 6: if !roots.isEmpty { try store.roots.remove(roots.removeFirst().id) }
        case 7: try lease()
        case 8: try look()
        default: try collect()
        }
        ahead += Int64(random.next() % 900)
    }

    private mutating func add() throws {
        let session = try store.beginIngest(purpose: "model")
        let seeds = (0..<3).map { _ in random.next() % 20 }
        let blobs = try seeds.map { try session.add(content($0, count: 200)) }
        try session.commit()
        present.formUnion(blobs)
        sessions.append((session, blobs))
        if sessions.count > 3 { sessions.removeFirst().session.release() }
    }

    private mutating func record() throws {
        guard let last = sessions.last else { return }
        count += 1
        roots.append((try store.addRoot(last.blobs, name: "\(count)"), last.blobs))
    }

    private mutating func lease() throws {
        let blobs = Array(present.sorted().prefix(2))
        let id = try store.leases.grant(blobs, seconds: 2000, purpose: "model", now: now)
        timed.append((id, now + 2000, blobs))
    }

    private func look() throws {
        let session = try store.beginIngest(purpose: "look")
        for seed in UInt64(0)..<20 {
            let digest = Digest.of(content(seed, count: 200))
            #expect(try session.keep(digest, size: ByteCount(200)) == present.contains(digest))
        }
        session.release()
    }

    private mutating func collect() throws {
        var policy = CollectionPolicy()
        policy.reserve = ByteCount(0)
        let report = try store.collect(policy, now: now)
        let expected = present.subtracting(kept)
        #expect(Set(report.removed.map(\.digest)) == expected)
        present.subtract(expected)
    }
}

struct ModelTests {
    @Test(arguments: [1, 22, 333] as [UInt64])
    func `After any run of adds, versions, leases and collections the store holds what it should`(seed: UInt64)
        async throws
    {
        try await withStore { store in
            var model = Model(store: store, random: SeededGenerator(state: seed))
            for _ in 0..<150 { try model.step() }
            let names = try Files.list(store.root.pushing("blobs/sha256"))
            #expect(names == model.present.sorted().map(\.hex))
            #expect(try await store.check(readData: .all).problems == [])
            #expect(try await store.check().notes == [])
        }
    }
}
