import BerthArchive
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import Synchronization
import SystemPackage
import Testing

@testable import BerthImage

/// Versions on trial beside the latest one: what counts as tested, and the ways back and forward.
struct NightlyTrialTests {
    private func write(_ recipe: String, _ nights: NightYard) throws {
        try Files.writeAtomically(recipe, to: nights.yard.recipe.appending("berth.yaml"))
    }

    @Test func `a new test that the latest image fails is run each night, and the image stays in the engine`()
        async throws
    {
        try await withNights { nights, _ in
            _ = try await nights.expect(.promoted, 0, latest: 0)
            // The bytes of the image are the same, so its digest is.
            try write(NightYard.recipe.replacing("{run: lamp}", with: "{run: lamp}, {run: slip}"), nights)
            nights.engine.fail(["slip"])
            for day in 1...2 {
                let failed = try await nights.expect(.failed, day, latest: 0)
                #expect(failed.tests.map(\.passed) == [true, true, false])
                #expect(nights.engine.tags(sharing: "localhost/berth/ship:latest").contains(nights.tag(0)))
            }
            let untested = try await nights.expect(.failed, 3, latest: 0, hasEngine: false)
            #expect(untested.failure?.what.contains("not promoted") == true)
            nights.engine.fail([])
            let lock = try Files.read(nights.lockPath)
            let promoted = try await nights.expect(.promoted, 4, latest: 0)
            #expect(promoted.candidate == promoted.before && promoted.tests.count == 3)
            #expect(try Files.read(nights.lockPath) != lock)
            _ = try await nights.expect(.unchanged, 5, latest: 0)
            #expect(try nights.catalog.all().count == 1)
            #expect(try await nights.yard.checkStore().succeeded)
        }
    }

    @Test func `a Dockerfile's image is tested again when its recipe has other tests`() async throws {
        try await withNights { nights, _ in
            _ = try await nights.night(0)
            let version = try nights.catalog.resolve("ship")
            let bytes = Mutex<[UInt8]>([])
            try await HybridArchive(version, platforms: version.platforms, store: nights.store).pieces()
                .write { piece in bytes.withLock { $0 += piece } }
            nights.engine.build(bytes.withLock { $0 })
            let recipe = "name: boat\nplatforms: [linux/amd64]\nbuilder: dockerfile\ntest: [{run: anchor}]\n"
            try write(recipe, nights)
            try Files.writeAtomically("FROM scratch\n", to: nights.yard.recipe.appending("Dockerfile"))
            func outcome(_ day: Int) async throws -> NightlyReport.Outcome? {
                try await nights.night(day).images.first?.outcome
            }
            #expect(try await outcome(1) == .promoted)
            #expect(try await outcome(2) == .unchanged)
            try write(recipe.replacing("run: anchor", with: "run: slip"), nights)
            nights.engine.fail(["slip"])
            #expect(try await outcome(3) == .failed)
            #expect(try await outcome(4) == .failed)
            nights.engine.fail([])
            #expect(try await outcome(5) == .promoted)
            #expect(try await outcome(6) == .unchanged)
            #expect(try nights.catalog.all().count { $0.name == "boat" } == 1)
        }
    }

    @Test func `there is no way back to a version that failed`() async throws {
        try await withNights { nights, archive in
            nights.engine.fail(["anchor"])
            _ = try await nights.expect(.failed, 0, latest: nil)
            nights.engine.fail([])
            try await archive.publish(packages(SmallArchive.anchor(version: "1.1")), day: 1)
            _ = try await nights.expect(.promoted, 1, latest: 1)
            let error = #expect(throws: BerthError.self) { try nights.catalog.rollBack("ship") }
            #expect(error?.what.contains("no version before") == true)
            #expect(try nights.target() == nights.tag(1))
        }
    }

    @Test func `the store of a Berth that noted nothing goes back to what was built before`() async throws {
        try await withNights { nights, archive in
            _ = try await nights.expect(.promoted, 0, latest: 0)
            try await archive.publish(packages(SmallArchive.anchor(version: "1.1")), day: 1)
            _ = try await nights.expect(.promoted, 1, latest: 1)
            var latest = try #require(try nights.store.refs.find("ship:latest"))
            latest.annotations = latest.annotations.filter { !$0.key.hasPrefix("berth.") }
            try nights.store.refs.set(latest)
            #expect(try nights.catalog.rollBack("ship").to.tag == nights.tag(0))
        }
    }

    @Test func `forward again after a rollback, and the way back is still there`() async throws {
        try await withNights { nights, archive in
            _ = try await nights.expect(.promoted, 0, latest: 0)
            try await archive.publish(packages(SmallArchive.anchor(version: "1.1")), day: 1)
            _ = try await nights.expect(.promoted, 1, latest: 1)
            #expect(try nights.catalog.rollBack("ship").to.tag == nights.tag(0))
            #expect(try nights.catalog.rollBack("ship", to: nights.tag(1)).to.tag == nights.tag(1))
            // What was chosen again is not what was rolled back.
            _ = try await nights.expect(.unchanged, 2, latest: 1)
            var policy = RetentionPolicy()
            (policy.keep, policy.days) = (0, 0)
            let pruner = Pruner(store: nights.store, engine: nights.engine, policy: policy, grace: 0)
            let report = try await pruner.run(isDryRun: false)
            #expect(report.versions.allSatisfy { !$0.isRemoved }, "\(report.text)")
            #expect(try nights.catalog.rollBack("ship").to.tag == nights.tag(0))
            _ = try await nights.expect(.rolledBack, 3, latest: 0)
        }
    }

    @Test func `a night under a clock that was ahead does not count for the nights until then`() async throws {
        try await withNights { nights, _ in
            let ahead = try await nights.due(6)
            #expect(ahead.images.map(\.outcome) == [.promoted])
            let next = try await nights.due(1)
            #expect(next.images.map(\.outcome) == [.unchanged])
            let again = try await nights.due(1)
            #expect(again.images.map(\.outcome) == [.notDue])
        }
    }

    @Test func `retention waits for an engine that says what its containers use, and its remarks are told`()
        async throws
    {
        try await withNights { nights, archive in
            var policy = RetentionPolicy()
            (policy.keep, policy.days) = (0, 0)
            for day in 0..<3 {
                try await archive.publish(packages(SmallArchive.anchor(version: "1.\(day)")), day: day)
                let report = try await nights.night(day, hasEngine: false) {
                    $0.withoutTest = true
                    $0.retention = policy
                }
                #expect(report.code == 0)
                #expect(report.notes.contains { $0.contains("retention waits: no engine") }, "\(report.text)")
            }
            #expect(try nights.catalog.all().count == 3)
            policy.budget = ByteCount(1)
            let report = try await nights.night(3) { $0.retention = policy }
            #expect(report.notes.contains { $0.contains("retention: 1 versions went") }, "\(report.text)")
            #expect(report.notes.contains { $0.contains("more than the budget") }, "\(report.text)")
        }
    }
}
