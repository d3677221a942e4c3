import BerthArchive
import BerthRegistry
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthCache

/// A registry in trouble: a note and a miss, never a failure; what could not be sent is sent later.
struct TierFaultTests {
    private func prepare(
        _ yard: TierYard, _ double: RegistryDouble, _ change: (inout TierSettings) -> Void = { _ in }, now: Int64 = 1000
    ) async throws -> [String] {
        try await yard.tier(yard.there, double.host, change)
            .prepare(CacheKey("key"), version: "v1", in: CacheYard.access(), now: now)
    }

    private func pushed(_ yard: TierYard, to double: RegistryDouble) async throws -> CacheEntry {
        try await yard.here.packages(["one"], bytes: 700_000)
        let entry = try await yard.here.save("tree")
        _ = try await yard.tier(yard.here, double.host).push(entry)
        return entry
    }

    @Test(arguments: [401, 403, 429, 500, 503])
    func `a refusal or trouble is one note, and nobody asks for a minute`(_ status: Int) async throws {
        try await TierYard.open { yard in
            try await RegistryDouble.serving { double in
                _ = try await pushed(yard, to: double)
                for _ in 0..<20 { double.set(.status(status), "GET", "/manifests/") }
                let notes = try await prepare(yard, double)
                #expect(notes.count == 1 && notes[0].contains("goes on without it"), "\(notes)")
                #expect(notes[0].contains("\(status)"), "\(notes)")
                double.forgetCalls()
                #expect(try await prepare(yard, double, now: 1030).isEmpty && double.calls.isEmpty)
                #expect(try EntryCatalog(yard.there.store).list().isEmpty)
            }
        }
    }

    @Test func `trouble that passes is passed over, and after the minute all is as before`() async throws {
        try await TierYard.open { yard in
            try await RegistryDouble.serving { double in
                let entry = try await pushed(yard, to: double)
                double.set(.status(429, retryAfter: "0"), "GET", "/manifests/")
                double.set(.status(503), "GET", "/blobs/")
                double.set(.cutAnswer(after: 300_000), "GET", "/blobs/\(entry.packs[0].digest)")
                #expect(try await prepare(yard, double).isEmpty)
                let ranges = double.calls("GET", "/blobs/\(entry.packs[0].digest)").compactMap { $0["range"] }
                #expect(ranges.contains { $0 != "bytes=0-" }, "a pack goes on where it broke: \(ranges)")
                let found = try #require(try EntryCatalog(yard.there.store).list().first)
                try await yard.there.restore(found, to: "again")
                try await yard.there.shell("diff -r '\(yard.here.path("tree"))' again")
            }
        }
    }

    @Test func `a pack that never comes whole goes on with the next job`() async throws {
        try await TierYard.open { yard in
            try await RegistryDouble.serving { double in
                let entry = try await pushed(yard, to: double)
                let pack = "/blobs/\(entry.packs[0].digest)"
                for _ in 0..<3 { double.set(.status(500), "GET", pack) }
                double.set(.cutAnswer(after: 400_000), "GET", pack)
                #expect(try await prepare(yard, double).count == 1)
                #expect(try EntryCatalog(yard.there.store).list().isEmpty)
                for _ in 0..<4 { double.set(.status(500), "GET", pack) }
                #expect(try await prepare(yard, double, now: 2000).count == 1)
                double.forgetFaults()
                #expect(try await prepare(yard, double, now: 3000).isEmpty)
                #expect(try EntryCatalog(yard.there.store).list().count == 1)
            }
        }
    }

    @Test(arguments: ["manifests", "blobs"])
    func `bytes that are not what their digest says are refused`(_ part: String) async throws {
        try await TierYard.open { yard in
            try await RegistryDouble.serving { double in
                _ = try await pushed(yard, to: double)
                for _ in 0..<20 { double.set(.lie, "GET", "/\(part)/") }
                let notes = try await prepare(yard, double)
                #expect(part == "manifests" || notes.count == 1, "\(notes)")
                #expect(try EntryCatalog(yard.there.store).list().isEmpty)
                #expect(try await yard.there.store.check(readData: .all).isClean)
                double.forgetFaults()
                #expect(try await prepare(yard, double, now: 5000).isEmpty)
                #expect(try EntryCatalog(yard.there.store).list().count == 1)
            }
        }
    }

    @Test func `a registry that says nothing costs no longer than the settings say`() async throws {
        try await TierYard.open { yard in
            let (key, scopes) = (try CacheKey("key"), try CacheYard.access())
            let tag = try EntryArtifact.tag(CacheEntry.id(key, version: "v1", in: scopes.own))
            let place = "/v2/\(TierYard.path)/manifests/\(tag)"
            try await Mirror.serving([place: Array("{\"schemaVersion\":2}".utf8)]) { mirror in
                mirror.set(.stall(after: 3), for: place)
                let tier = try yard.tier(yard.there, "127.0.0.1:\(mirror.port)") { $0.lookup = .milliseconds(300) }
                let notes = await tier.prepare(key, version: "v1", in: scopes)
                #expect(notes.count == 1 && notes[0].contains("took longer"), "\(notes)")
            }
        }
    }

    @Test func `what is saved while the registry is away waits, and goes with the next save`() async throws {
        try await TierYard.open { yard in
            let store = yard.here.store
            try await RegistryDouble.serving { double in
                let tier = try yard.tier(yard.here, double.host)
                var saved: [CacheEntry] = []
                for number in 1...3 {
                    try yard.here.folder.write(["tree/a": .text("\(number)")])
                    saved.append(try await yard.here.save("tree", as: "key-\(number)"))
                }
                for _ in 0..<20 { double.set(.status(503), "GET") }
                let first = await tier.offer(saved[0], now: 1000)
                #expect(first.entries == 0 && first.waiting == 1 && first.notes.count == 1, "\(first)")
                let second = await tier.offer(saved[1], now: 1010)
                #expect(second.waiting == 2 && second.notes.isEmpty, "said once: \(second)")
                #expect(try tier.queue.list().map(\.since) == [1000, 1010])
                #expect(try await store.check().notes.isEmpty, "the queue is the store's own")
                double.forgetFaults()
                try yard.here.evict(saved[1])
                let third = await tier.offer(saved[2], now: 2000)
                #expect(third.entries == 2 && third.waiting == 0 && third.notes.isEmpty, "\(third)")
                #expect(try tier.queue.list().isEmpty)
                for (number, isThere) in [(1, true), (2, false), (3, true)] {
                    let found = try await yard.pull("key-\(number)", from: double.host)
                    #expect((found != nil) == isThere)
                }
            }
        }
    }

    @Test func `one process sends at a time, time is bounded, and what the registry refuses for days is given up`()
        async throws
    {
        try await TierYard.open { yard in
            try await RegistryDouble.serving { double in
                try yard.here.folder.write(["tree/a": "a"])
                let entry = try await yard.here.save("tree")
                let tier = try yard.tier(yard.here, double.host)
                do {
                    let other = try #require(try TierQueue.Sender.take(in: yard.here.store))
                    let sent = await tier.offer(entry, now: 1000)
                    #expect(sent.entries == 0 && double.calls.isEmpty, "\(sent)")
                    withExtendedLifetime(other) {}
                }
                let hasty = try yard.tier(yard.here, double.host) { $0.send = .zero }
                var none = await hasty.send(now: 1000)
                // A program that another test is starting has the lock too, until it has begun.
                for _ in 0..<200 where none.waiting == 0 {
                    try await Task.sleep(for: .milliseconds(50))
                    none = await hasty.send(now: 1000)
                }
                #expect(none.waiting == 1 && none.notes.count == 1 && none.notes[0].contains("next save"), "\(none)")
                for _ in 0..<20 { double.set(.status(503), "GET") }
                _ = await tier.send(now: 1000 + TierQueue.patience)
                #expect(try tier.queue.list().count == 1)
                _ = await tier.send(now: 2000 + TierQueue.patience)
                #expect(try tier.queue.list().isEmpty)
                try Files.writeAtomically("nonsense", to: yard.here.store.root.pushing("tier/send-x.json"))
                double.forgetFaults()
                let write = try yard.tier(yard.here, double.host) { $0.writes = false }
                #expect(await write.offer(entry, now: 9_000_000).entries == 0)
                #expect(await tier.offer(entry, now: 9_000_000).entries == 1)
            }
        }
    }

    @Test(arguments: [false, true])
    func `two who push into one list at once are both in it`(checksStates: Bool) async throws {
        var manners = RegistryManners()
        manners.checksStates = checksStates
        try await TierYard.open { yard in
            try await RegistryDouble.serving(manners) { double in
                for (number, one) in [yard.here, yard.there].enumerated() {
                    for part in 0..<4 {
                        try one.folder.write(["tree/a": .text("\(number)-\(part)")])
                        try await one.save("tree", as: "key-\(number)-\(part)")
                    }
                }
                let pairs = try [yard.here, yard.there].map { ($0, try EntryCatalog($0.store).list()) }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (one, entries) in pairs {
                        let tier = try yard.tier(one, double.host)
                        group.addTask { for entry in entries { _ = try await tier.push(entry) } }
                    }
                    try await group.waitForAll()
                }
                let scope = try CacheYard.access().own
                let tag = try EntryList.tag(scope, version: "v1").text
                func listed() throws -> Int {
                    EntryList(try RegistryManifest(double.manifest(tag, in: TierYard.path) ?? [])).items.count
                }
                // Where a registry knows no conditions, one list in place of another may lose an entry; it is put back by
                // whoever pushes it again.
                let first = try listed()
                #expect(first == 8 || !checksStates)
                for (one, entries) in pairs {
                    for entry in entries { #expect(try await yard.tier(one, double.host).push(entry).fate == .present) }
                }
                #expect(try listed() == 8)
            }
        }
    }
}
