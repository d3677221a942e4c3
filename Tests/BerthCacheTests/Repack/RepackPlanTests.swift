import BerthArchive
import BerthSystem
import Testing

@testable import BerthCache

/// The rule of 1.5, with packs and needs of any kind.
struct RepackPlanTests {
    private struct Draw: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    private typealias Packs = [(pack: StoredPack, contents: [TreeManifest.Chunk])]

    private static func pack(_ contents: [TreeManifest.Chunk], _ number: Int) -> Packs.Element {
        let size = contents.reduce(0) { $0 + $1.size }
        return (
            StoredPack(digest: .of("pack \(number)"), size: ByteCount(size / 3), expanded: ByteCount(size)), contents
        )
    }

    /// Packs with contents that overlap, and a manifest that needs some of them.
    private static func sample(_ seed: UInt64) -> (TreeManifest, Packs) {
        var draw = Draw(state: seed)
        let scale = [10, 5_000, 900_000].randomElement(using: &draw) ?? 1
        let contents = (0..<Int.random(in: 1...120, using: &draw)).map {
            TreeManifest.Chunk(digest: .of("\(seed)-\($0)"), size: Int.random(in: 1...scale, using: &draw))
        }
        var packs = (0..<Int.random(in: 1...60, using: &draw)).map { number in
            pack(contents.filter { _ in Int.random(in: 0..<6, using: &draw) == 0 }, number)
        }
        let placed = Set(packs.flatMap(\.contents))
        packs.append(pack(contents.filter { !placed.contains($0) }, packs.count))
        let share = Int.random(in: 1...10, using: &draw)
        var manifest = TreeManifest()
        manifest.chunks = contents.filter { _ in Int.random(in: 0..<10, using: &draw) < share }
        return (manifest, packs)
    }

    @Test func `packs hold at most one and a half times what the entry needs, and all of it, once packed anew`() throws
    {
        for seed in 1...600 {
            let (manifest, packs) = Self.sample(UInt64(seed))
            let plan = try RepackPlan(manifest, packs)
            let kept = packs.filter { plan.kept.contains($0.pack) }
            let held = kept.flatMap(\.contents).reduce(0) { $0 + $1.size }
            let sizes = Dictionary(manifest.chunks.map { ($0.digest, $0.size) }) { first, _ in first }
            let moved = plan.sources.flatMap(\.contents)
            let made = moved.reduce(0) { $0 + (sizes[$1] ?? 0) }
            #expect(plan.needed == sizes.values.reduce(0, +) && plan.held == held + made, "seed \(seed)")
            #expect(Double(held + made) <= RepackPlan.most * Double(plan.needed), "seed \(seed)")
            #expect(Set(moved).count == moved.count && moved.allSatisfy { sizes[$0] != nil }, "seed \(seed)")
            let there = Set(kept.flatMap(\.contents).map(\.digest)).union(moved)
            #expect(manifest.chunks.allSatisfy { there.contains($0.digest) }, "seed \(seed)")
            for source in plan.sources {
                let own = Set(packs.first { $0.pack.digest == source.pack }?.contents.map(\.digest) ?? [])
                #expect(own.isSuperset(of: source.contents), "seed \(seed)")
            }
            #expect(try RepackPlan(manifest, packs) == plan, "seed \(seed)")
        }
    }

    @Test func `what fits is left as it is, so that nothing is sent twice`() throws {
        let contents = (0..<8).map { TreeManifest.Chunk(digest: .of("\($0)"), size: 2 << 20) }
        var manifest = TreeManifest()
        manifest.chunks = Array(contents.prefix(6))
        let packs = [Self.pack(Array(contents.prefix(4)), 1), Self.pack(Array(contents.suffix(4)), 2)]
        let plan = try RepackPlan(manifest, packs)
        #expect(plan.kept == packs.map(\.pack) && plan.sources.isEmpty)
        manifest.chunks = Array(contents.prefix(5))
        let less = try RepackPlan(manifest, packs)
        #expect(less.kept == [packs[0].pack])
        #expect(less.sources == [.init(pack: packs[1].pack.digest, contents: [contents[4].digest])])
    }

    @Test func `many small packs are joined, and a chunk that no pack holds is an error`() throws {
        let contents = (0..<40).map { TreeManifest.Chunk(digest: .of("\($0)"), size: 1000) }
        var manifest = TreeManifest()
        manifest.chunks = contents
        let few = contents.prefix(RepackPlan.mostSmall).enumerated().map { Self.pack([$0.element], $0.offset) }
        let lost = #expect(throws: BerthError.self) { try RepackPlan(manifest, few) }
        #expect(lost?.status == .damaged)
        manifest.chunks = Array(contents.prefix(RepackPlan.mostSmall))
        #expect(try RepackPlan(manifest, few).sources.isEmpty)
        manifest.chunks = contents
        let many = contents.enumerated().map { Self.pack([$0.element], $0.offset) }
        #expect(try RepackPlan(manifest, many).kept.isEmpty)
    }
}
