import BerthArchive
import BerthServer
import BerthStore
import BerthSystem
import BerthTestSupport
import Synchronization
import SystemPackage
import Testing

@testable import BerthCache

/// The shared tier behind a service: a job's miss is asked for there, and what a job saves goes there.
struct ServiceTierTests {
    @Test func `what one machine's job saves, another machine's job restores`() async throws {
        try await TierYard.open { yard in
            try await RegistryDouble.serving { double in
                try await yard.here.packages(["one"], bytes: 300_000)
                var settings = ServeSettings()
                settings.sending = .milliseconds(20)
                let here = try await RunningService(
                    yard.here.store, settings, tier: yard.tier(yard.here, double.host))
                let path = SavedPath(label: "tree", path: yard.here.path("tree"))
                _ = try await here.transport().save([path], as: CacheKey("key"), version: "v1", cost: nil)
                // Sending has no end to wait for: the list of the scope comes last.
                for _ in 0..<1000 where try EntryCatalog(yard.there.store).list().isEmpty {
                    _ = try await yard.pull("key", from: double.host)
                    try await Task.sleep(for: .milliseconds(20))
                }
                try yard.there.evict(try #require(try EntryCatalog(yard.there.store).list().first))

                let there = try await RunningService(
                    yard.there.store, settings, tier: yard.tier(yard.there, double.host))
                let transport = try there.transport()
                // Jobs that ask at once wait for one fetch.
                double.forgetCalls()
                async let other = transport.find(CacheKey("key"), restoreKeys: [], version: "v1")
                let found = try #require(try await transport.find(CacheKey("key"), restoreKeys: [], version: "v1"))
                #expect(found.isExact)
                #expect(try await other?.summary.id == found.summary.id)
                _ = try await transport.restore(
                    found, to: [Destination(label: "tree", path: yard.there.path("again"))],
                    options: RestoreOptions())
                try await yard.there.shell("diff -r '\(yard.here.path("tree"))' again")
            }
        }
    }

    @Test func `a registry in trouble is a note and a miss`() async throws {
        try await TierYard.open { yard in
            try await RegistryDouble.serving { double in
                for _ in 0..<20 { double.set(.status(503), "GET", "/manifests/") }
                let notes = Notes()
                let service = try await RunningService(
                    yard.there.store, tier: yard.tier(yard.there, double.host), tell: { notes.add($0) })
                let found = try await service.transport().find(CacheKey("key"), restoreKeys: [], version: "v1")
                #expect(found == nil && notes.all.count == 1, "\(notes.all)")
            }
        }
    }

    @Test func `the history tells of lookups and of streams that ended, through the service too`() async throws {
        let yard = try await CacheYard(.service)
        try yard.folder.write(["tree/a": "one\n"])
        try await yard.save("tree", as: "k-1")
        let transport = yard.transport
        #expect(try await transport.find(CacheKey("other"), restoreKeys: [], version: "v1") == nil)
        let near = try #require(
            try await transport.find(CacheKey("k-2"), restoreKeys: [CacheKey("k-")], version: "v1"))
        _ = try await transport.restore(
            near, to: [Destination(label: "tree", path: yard.path("again"))], options: RestoreOptions())
        let pack = yard.store.path(of: try #require(EntryCatalog(yard.store).list().first).packs[0].digest)
        try Files.writeAtomically([1, 2, 3], to: pack)
        let damaged = try #require(
            try await transport.find(CacheKey("k-1"), restoreKeys: [], version: "v1"))
        await #expect(throws: BerthError.self) {
            try await transport.restore(
                damaged, to: [Destination(label: "tree", path: yard.path("again"))], options: RestoreOptions())
        }
        // A stream's end is noted once its last byte is on its way.
        var rows: [LookupRow] = []
        for _ in 0..<500 {
            rows = try yard.store.cacheLog.lookups()
            if rows.contains(where: { $0.seconds != nil }), rows.contains(where: { $0.outcome == .damaged }) { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        let told = rows.map { "\($0.key) \($0.outcome) \($0.seconds == nil ? "" : "timed")" }.sorted()
        #expect(told == ["k-1 damaged ", "k-2 prefix timed", "other miss "], "\(rows)")
    }
}

/// What a service told.
private final class Notes: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}
