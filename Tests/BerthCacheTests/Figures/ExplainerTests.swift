import BerthArchive
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// Each answer that a miss can have, and an entry read whole.
struct ExplainerTests {
    private func explain(
        _ yard: CacheYard, _ key: String, _ reference: String = "refs/heads/main", _ others: [String] = [],
        version: String? = "v1"
    ) async throws -> CacheExplanation {
        try await yard.transport(reference, others).explain(CacheKey(key), version: version)
    }

    @Test(arguments: Way.allCases) func `found, not visible, other toolchain, nearest and none`(_ way: Way) async throws
    {
        let yard = try await CacheYard(way)
        let plant = Plant(store: yard.store)
        try plant.entry("app-1111111", at: 1_700_000_000, packs: ["1"])
        try plant.entry("app-2222222", "refs/pull/7/merge", at: 1_700_000_060, packs: ["2"])
        let found = try await explain(yard, "app-1111111", "refs/pull/7/merge", ["refs/heads/main"])
        #expect(found.answer == .found && found.findings[0].text.contains("2023-11-14 22:13 UTC"))
        let hidden = try await explain(yard, "app-2222222")
        #expect(hidden.answer == .otherScope)
        #expect(
            hidden.findings[0].text
                == "not visible: it exists in refs/pull/7/merge, saved on 2023-11-14 22:14 UTC, and refs/heads/main "
                + "reads refs/heads/main only")
        let toolchain = try await explain(yard, "app-1111111", version: "v2")
        #expect(toolchain.answer == .otherToolchain && toolchain.findings[0].text.contains("has version v1"))
        #expect(try await explain(yard, "app-1111111", version: nil).answer == .found)
        let near = try await explain(yard, "app-3333333")
        #expect(near.answer == .nearest && near.findings[0].text.contains("the nearest is app-1111111"))
        #expect(try await explain(yard, "quite-else").answer == .none)
        #expect(try await explain(yard, "app-1111111", "refs/heads/x").findings.map(\.kind) == [.otherScope])
    }

    @Test(arguments: Way.allCases) func `evicted, with when and why; in another scope it is no answer`(_ way: Way)
        async throws
    {
        let yard = try await CacheYard(way)
        let plant = Plant(store: yard.store)
        let entry = try plant.entry("app-1111111", at: 10, packs: ["1"])
        try plant.entry("app-2222222", at: 20, packs: ["2"])
        var policy = CachePolicy()
        policy.free = ByteCount(0)
        _ = try Evictor(yard.store, policy).run(to: ByteCount(150_000), isDryRun: false, now: 1_700_000_000)
        let report = try await explain(yard, entry.key.text)
        #expect(report.answer == .evicted)
        #expect(
            report.findings[0].text
                == "evicted on 2023-11-14 22:13 UTC from refs/heads/main (superseded): app-2222222 was saved on "
                + "1970-01-01 00:00 UTC")
        #expect(report.text.contains("  -> evicted"))
        #expect(try await explain(yard, entry.key.text, "refs/heads/other").answer == .none)
    }

    @Test(arguments: Way.allCases) func `damaged: a lost part, and a record that can't be read`(_ way: Way) async throws
    {
        let yard = try await CacheYard(way)
        let entry = try Plant(store: yard.store).entry("k", at: 10, packs: ["1"])
        try Files.remove(yard.store.path(of: entry.packs[0].digest))
        #expect(try await explain(yard, "k").answer == .damaged)
        let id = CacheEntry.id(entry.key, version: "v1", in: entry.scope)
        try Files.writeAtomically("{", to: yard.store.root.appending("entries").appending("\(id.hex).json"))
        #expect(try await explain(yard, "k").findings.map(\.kind) == [.damaged])
    }

    /// In the store alone: a job gets whole entries or none, and reading one whole is what whoever keeps the store does.
    @Test func `verify reads an entry whole and names what is wrong`() async throws {
        let yard = try CacheYard()
        try yard.folder.write(["tree/x": .file(Plant.bytes("x", 300_000), mode: 0o644), "tree/y": "small\n"])
        let entry = try await yard.save("tree")
        let verifier = EntryVerifier(yard.store)
        #expect(try await verifier.verify([entry]).damaged == 0)
        let pack = yard.store.path(of: entry.packs[0].digest)
        var bytes = try Files.read(pack)
        bytes[1000] ^= 1
        try Files.writeAtomically(bytes, to: pack)
        let report = try await verifier.verify([entry])
        #expect(report.damaged == 1 && report.entries[0].problems.first?.contains("is damaged") == true)
        #expect(report.text.hasSuffix("1 entries, 1 damaged"))
        try Files.remove(pack)
        #expect(try await verifier.verify([entry]).entries[0].problems[0].contains("is not in the store"))
    }
}
