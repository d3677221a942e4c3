import BerthArchive
import BerthEngine
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// Pruning a store with the versions of several nights, and an engine that holds them.
struct PrunerTests {
    /// A package whose bytes nothing compresses, another one each day.
    private static func rope(_ day: Int) -> RawDeb {
        var random = Seeded(state: UInt64(day))
        var rope = SmallArchive.packages.first { $0.name == "rope" } ?? RawDeb()
        rope.version = "1.\(day)"
        var cable = RawDeb.Member(name: "./usr/lib/cable")
        cable.bytes = (0..<1_500_000).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        rope.members.append(cable)
        return rope
    }

    private static func policy(keep: Int = 1, budget: Int64? = nil) -> RetentionPolicy {
        var policy = RetentionPolicy()
        policy.keep = keep
        policy.days = 0
        policy.budget = budget.map { ByteCount($0) }
        return policy
    }

    /// Five nights, each with a version; the reserve is written, so that it counts for nobody.
    private func withFleet(_ body: (NightYard) async throws -> Void) async throws {
        try await withNights { nights, archive in
            for day in 0..<5 {
                try await archive.publish(packages(Self.rope(day)), day: day)
                let report = try await nights.night(day)
                #expect(report.code == 0, "\(report.text)")
            }
            _ = try nights.store.collect()
            try await body(nights)
        }
    }

    /// Bytes on the disk, as du(1) counts them.
    private func used(_ nights: NightYard) async throws -> Int64 {
        let du = try Programs.require("du", remedy: "install coreutils")
        let line = try await Command(du, ["-sk", nights.yard.store.string]).output()
        return (Int64(line.prefix { $0.isNumber }) ?? 0) * 1024
    }

    /// Every fragment's file, by name.
    private func fragments(_ nights: NightYard) throws -> [String] {
        let root = nights.yard.store.appending("fragments")
        return try Files.list(root).flatMap { folder in
            try Files.list(root.appending(folder)).map { root.appending(folder).appending($0).string }
        }.sorted()
    }

    private func rows(_ report: PruneReport) -> [String] {
        report.versions.map { "\($0.version) \($0.isRemoved) \($0.reasons)" }
            + report.engineImages.map { "\($0.version) \($0.isRemoved) \($0.reason)" }
            + ["\(report.blobs) \(report.blobBytes) \(report.derivedFiles) \(report.derivedBytes) \(report.keptBytes)"]
    }

    @Test func `the real run does what the dry run says, and frees what it says`() async throws {
        try await withFleet { nights in
            let used1 = try #require(nights.engine.id(of: "localhost/berth/ship:\(nights.tag(1))"))
            nights.engine.use(used1, by: "web")
            try nights.catalog.tag(nights.catalog.resolve("ship:\(nights.tag(0))"), "release")
            let pruner = Pruner(store: nights.store, engine: nights.engine, policy: Self.policy(), grace: 0)
            let before = try await used(nights)
            let plan = try await pruner.run(isDryRun: true)
            #expect(try await used(nights) == before)
            #expect(try nights.catalog.all().count == 5)
            #expect(plan.versions.filter(\.isRemoved).map(\.version) == ["ship:\(nights.tag(2))"], "\(plan.text)")
            let real = try await pruner.run(isDryRun: false)
            #expect(rows(real) == rows(plan))
            let freed = before - (try await used(nights))
            #expect(abs(freed - real.freed) < real.freed / 20, "\(freed) of \(real.freed)")
            #expect(real.freed > 3_000_000)
            #expect(try nights.catalog.all().map(\.tag) == [0, 1, 3, 4].map { nights.tag($0) })
            #expect(!nights.engine.names.contains("localhost/berth/ship:\(nights.tag(2))"))
            #expect(nights.engine.names.contains("localhost/berth/ship:\(nights.tag(1))"))
            let check = try await nights.yard.checkStore()
            #expect(check.succeeded, "\(check.output) \(check.errors)")
        }
    }

    @Test func `fragments go by least recent use, down to the budget, and what the rules keep stays`() async throws {
        try await withFleet { nights in
            let rules = Self.policy(keep: 5)
            let whole = try await Pruner(store: nights.store, engine: nil, policy: rules, grace: 0).run(isDryRun: true)
            var budget = rules
            budget.budget = ByteCount(whole.keptBytes - 2_000_000)
            // Used an hour apart, in the order of their names, which is not that in which they were made.
            let files = try fragments(nights)
            for (index, file) in files.enumerated() {
                let date = Date(timeIntervalSince1970: Double(Machine.now - 3600 * Int64(files.count - index)))
                try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file)
            }
            let some = try await Pruner(store: nights.store, engine: nil, policy: budget, grace: 0)
                .run(isDryRun: false)
            #expect(try fragments(nights) == Array(files.dropFirst(some.derivedFiles)))
            #expect(some.derivedFiles > 0 && some.keptBytes <= whole.keptBytes - 2_000_000)
            #expect(some.derivedBytes < 4_000_000, "\(some.text)")
            budget.budget = ByteCount(1)
            let tight = try await Pruner(store: nights.store, engine: nil, policy: budget, grace: 0)
                .run(isDryRun: false)
            #expect(tight.notes.contains { $0.contains("more than the budget") })
            #expect(try nights.catalog.all().count == 5)
            #expect(try await nights.yard.checkStore().succeeded)
            // Without any fragment the newest version is still made, byte for byte.
            #expect(try await nights.night(5).images.first?.outcome == .unchanged)
        }
    }

    @Test func `an image with a name that Berth did not give stays in the engine`() async throws {
        try await withFleet { nights in
            let version = try nights.catalog.resolve("ship:\(nights.tag(2))")
            let archive = try HybridArchive(version, platforms: version.platforms, store: nights.store)
            _ = try await nights.engine.load(
                .init(names: ["registry/mine:1"]) { sink in
                    try await archive.pieces().write { try await sink.write($0) }
                })
            let pruner = Pruner(store: nights.store, engine: nights.engine, policy: Self.policy(), grace: 0)
            let report = try await pruner.run(isDryRun: false)
            let row = try #require(report.engineImages.first { $0.version == version.reference })
            #expect(!row.isRemoved && row.reason.contains("registry/mine:1"))
            #expect(nights.engine.names.contains("registry/mine:1"))
        }
    }

    @Test func `a clock that jumped makes no version old at once`() async throws {
        try await withFleet { nights in
            var policy = Self.policy(keep: 0)
            policy.days = 30
            let pruner = Pruner(store: nights.store, engine: nights.engine, policy: policy, grace: 0)
            let later = Machine.now + 400 * 86_400
            let jumped = try await pruner.run(isDryRun: false, now: later)
            #expect(jumped.versions.allSatisfy { !$0.isRemoved }, "\(jumped.text)")
            #expect(jumped.notes.contains { $0.contains("counts one day") }, "\(jumped.text)")
            #expect(try nights.catalog.all().count == 5)
            // The second one in a row shows that it was no mistake of the clock.
            let believed = try await pruner.run(isDryRun: false, now: later + 60)
            #expect(believed.versions.contains { $0.isRemoved })
        }
    }

    @Test func `a name that no image has is an error, and other images are left alone`() async throws {
        try await withNights { nights, _ in
            let first = try await nights.night(0)
            #expect(first.code == 0)
            let pruner = Pruner(store: nights.store, engine: nil, policy: Self.policy(keep: 0), grace: 0)
            await #expect(throws: BerthError.self) { try await pruner.run("boat", isDryRun: false) }
            #expect(try nights.catalog.all().count == 1)
        }
    }
}
