import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// Packs that are mostly dead give way to smaller ones, and every entry stays whole at every moment.
struct PackUpkeepTests {
    /// An evicted entry of ten files in one pack, of which two others still need one each.
    private static func worn() async throws -> (yard: CacheYard, entries: [CacheEntry]) {
        let yard = try CacheYard()
        try await yard.shell(
            "mkdir -p tree && cd tree && for i in 0 1 2 3 4 5 6 7 8 9; do head -c 400000 /dev/urandom >$i; done")
        try await yard.shell("cp -a tree all")
        let all = try await yard.save("tree", as: "all")
        try await yard.shell("rm tree/[1-9] && echo mine >tree/more")
        let first = try await yard.save("tree", as: "first")
        try await yard.shell("cp all/1 tree/1")
        let second = try await yard.save("tree", as: "second")
        try yard.evict(all)
        #expect(first.packs.contains(all.packs[0]) && second.packs.contains(all.packs[0]))
        return (yard, [first, second])
    }

    private func current(_ entry: CacheEntry, _ yard: CacheYard) throws -> CacheEntry {
        let id = CacheEntry.id(entry.key, version: entry.version, in: entry.scope)
        return try CacheEntry(try #require(try yard.store.entries.read(id)))
    }

    @Test func `a pack that is mostly dead is replaced, and its place is free after a collection`() async throws {
        let (yard, entries) = try await Self.worn()
        let old = try #require(entries[0].packs.first { entries[1].packs.contains($0) })
        let plan = try PackUpkeep(yard.store).run(isDryRun: true)
        #expect(plan.packs == 1 && plan.entries == 2 && plan.dead == ByteCount(3_200_000))
        #expect(try current(entries[0], yard) == entries[0], "a dry run changes nothing")

        let now = Machine.now
        #expect(try PackUpkeep(yard.store).run(now: now) == plan)
        #expect(try PackUpkeep(yard.store).run(now: now).packs == 0, "again there is nothing to do")
        for entry in entries {
            let after = try current(entry, yard)
            #expect(after != entry && after.identity == entry.identity && after.manifest == entry.manifest)
            #expect(after.created == entry.created && !after.packs.contains(old))
            #expect(after.blobs == [after.manifest] + after.packs.map(\.digest))
        }
        var policy = CollectionPolicy()
        policy.grace = 0
        _ = try yard.store.collect(policy, now: now)
        // Whoever has read the old record still finds its pack.
        try await yard.restore(entries[1], to: "late")
        let report = try yard.store.collect(policy, now: now + PackUpkeep.patience + 10)
        #expect(report.removed.map(\.digest).contains(old.digest))
        #expect(report.freed > ByteCount(3_900_000))
        #expect(try await yard.store.check(readData: .all).isClean)
        try await yard.restore(try current(entries[1], yard), to: "again")
        try await yard.shell("diff -r tree again && diff -r tree late")
    }

    @Test func `a record that was removed or made anew meanwhile is not brought back`() async throws {
        let (yard, entries) = try await Self.worn()
        let id = CacheEntry.id(entries[0].key, version: "v1", in: entries[0].scope)
        let record = try #require(try yard.store.entries.read(id))
        let other = try CanonicalJSON.encode(entries[0].packed(in: []))
        #expect(try yard.store.entries.replace(record, with: other))
        #expect(try !yard.store.entries.replace(record, with: record.record), "it is not what was read any more")
        #expect(try yard.store.entries.read(id)?.record == other)
        #expect(try yard.store.entries.remove(id))
        #expect(try !yard.store.entries.replace(record, with: other))
        #expect(try yard.store.entries.read(id) == nil)
        #expect(try !yard.store.entries.remove(id))
        #expect(throws: BerthError.self) { try yard.store.entries.replace(record, with: [1, 2, 3]) }
        #expect(try Files.list(yard.store.root.appending("entries")).allSatisfy { $0.hasSuffix(".json") })
    }

    @Test func `removing and replacing at once leave the record or none, never an older one`() async throws {
        let yard = try CacheYard()
        try yard.folder.write(["tree/a": "a"])
        let entry = try await yard.save("tree")
        let (store, id) = (yard.store, CacheEntry.id(entry.key, version: "v1", in: entry.scope))
        for round in 0..<40 {
            let fresh = try CanonicalJSON.encode(entry)
            _ = try store.entries.add(fresh, id: id)
            let record = try #require(try store.entries.read(id))
            let newer = Array(fresh.dropLast()) + Array(",\"round\":\(round)}".utf8)
            let results = try await inParallel([0, 1, 2], limit: 3) { who in
                try await offload {
                    switch who {
                    case 0: try store.entries.remove(id)
                    case 1: try store.entries.replace(record, with: newer)
                    default: try store.entries.add(fresh, id: id)
                    }
                }
            }
            let left = try store.entries.read(id)?.record
            // The new one is there only where the replacement found the old one: the first, or the one added again.
            #expect(left == nil || left == fresh || left == newer && results[1], "round \(round): \(results)")
            try store.entries.remove(id)
        }
    }

    @Test func `an entry with a damaged tree is passed over with its packs`() async throws {
        let (yard, entries) = try await Self.worn()
        try Files.writeAtomically([1, 2, 3], to: yard.store.path(of: entries[0].manifest))
        #expect(try PackUpkeep(yard.store).run().packs == 0)
        #expect(try current(entries[1], yard) == entries[1])
    }
}
