import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// What a night or a way back would do, told without doing it.
struct NightlyDryRunTests {
    /// Plans a night and gives its steps; store, engine and lock may not differ afterwards, and no package may come.
    private func plan(
        _ nights: NightYard, _ change: (inout NightlyService.Options) -> Void = { _ in },
        at place: SourceLocation = #_sourceLocation
    ) async throws -> DryRunReport {
        let state = try State(nights)
        let requests = nights.yard.mirror.requests.count
        let report = try await nights.service(change: change).plan([nights.yard.recipe])
        #expect(try State(nights) == state, sourceLocation: place)
        let asked = nights.yard.mirror.requests.dropFirst(requests).map(\.path)
        #expect(!asked.contains { $0.hasSuffix(".deb") }, "\(asked)", sourceLocation: place)
        #expect(report.steps.allSatisfy { !$0.reason.isEmpty }, "\(report.text)", sourceLocation: place)
        return report
    }

    /// All that a dry run must leave alone.
    private struct State: Equatable {
        let store: Tree
        let recipe: Tree
        let engine: [String]

        init(_ nights: NightYard) throws {
            store = try Tree(reading: nights.yard.store)
            recipe = try Tree(reading: nights.yard.recipe)
            engine = nights.engine.names
        }
    }

    private func actions(_ report: DryRunReport) -> [String] { report.steps.filter(\.changes).map(\.action) }

    @Test func `a night says which packages would change and whether a build would follow, and the night does that`()
        async throws
    {
        try await withNights { nights, archive in
            let first = try await plan(nights)
            #expect(actions(first).first == "lock 4 packages" && actions(first)[1].hasPrefix("build ship"))
            _ = try await nights.expect(.promoted, 0, latest: 0)

            try await archive.publish(day: 1)
            let silent = try await plan(nights)
            #expect(!silent.changesAnything && silent.steps.count == 1, "\(silent.text)")
            _ = try await nights.expect(.unchanged, 1, latest: 0)

            var lamp = SmallArchive.packages.first { $0.name == "lamp" } ?? RawDeb()
            lamp.version = "1.0+deb1"
            try await archive.publish(packages(SmallArchive.anchor(version: "1.1")), security: [lamp], day: 2)
            let news = try await plan(nights)
            let expected = ["take anchor 1.1 in place of 1.0 for linux/amd64", "take lamp 1.0+deb1 in place of 1.0"]
            #expect(zip(actions(news), expected).allSatisfy { $0.hasPrefix($1) }, "\(news.text)")
            #expect(actions(news)[2] == "build ship for linux/amd64" && news.steps[2].reason == "2 packages change")
            #expect(news.steps[1].reason.contains("security suite"), "\(news.text)")
            let night = try await nights.expect(.promoted, 2, latest: 2)
            #expect(night.changes.map(\.package) == ["anchor", "lamp"])
        }
    }

    @Test func `what was built and failed its test would be tested again, what was rolled back would stay`()
        async throws
    {
        try await withNights { nights, archive in
            _ = try await nights.expect(.promoted, 0, latest: 0)
            try await archive.publish(packages(SmallArchive.anchor(version: "1.1")), day: 1)
            nights.engine.fail(["anchor"])
            _ = try await nights.expect(.failed, 1, latest: 0)
            let again = try await plan(nights)
            #expect(actions(again)[1] == "take ship:\(nights.tag(1))", "\(again.text)")
            nights.engine.fail([])
            _ = try await nights.expect(.promoted, 2, latest: 1)
            let state = try State(nights)
            let (way, steps) = try nights.catalog.rollBackPlan("ship", lockInto: nights.yard.recipe)
            #expect(way.to.tag == nights.tag(0) && steps.map(\.changes) == [true, true], "\(steps)")
            let names = EngineNames(store: nights.store, progress: NoProgress())
            #expect(try await names.outlook(way.to, in: nights.engine) == .set)
            #expect(try await names.outlook(way.from, in: nights.engine) == .right)
            #expect(try State(nights) == state)
            let back = try nights.catalog.rollBack("ship", lockInto: nights.yard.recipe)
            #expect(back.to.reference == way.to.reference)
            let stays = try await plan(nights)
            #expect(!stays.changesAnything && stays.steps.first?.reason.contains("rolled back") == true)
            #expect(throws: BerthError.self) { try nights.catalog.rollBackPlan("ship", to: nights.tag(0)) }
        }
    }

    @Test func `what the night would not do now is said: on battery, not due, a mirror that is down`() async throws {
        try await withNights { nights, archive in
            _ = try await nights.due(0)
            let done = try await plan(nights) { $0.onlyIfDue = true }
            #expect(!done.changesAnything && done.steps.first?.action == "leave ship", "\(done.text)")
            try await archive.publish(packages(SmallArchive.anchor(version: "1.1")), day: 1)
            let waiting = try await plan(nights) {
                $0.power = { .battery(percent: 40) }
                $0.retention = RetentionPolicy()
                $0.settings.notify = ["tell-me", "secret"]
            }
            #expect(waiting.notes.first?.contains("on battery (40 %)") == true, "\(waiting.text)")
            #expect(actions(waiting).last == "prune by retention" && !waiting.text.contains("secret"))
            let state = try State(nights)
            let error = await #expect(throws: BerthError.self) {
                try await nights.service(mirror: "http://127.0.0.1:9").plan([nights.yard.recipe])
            }
            #expect(error?.status == .temporary)
            #expect(try State(nights) == state)
        }
    }

    @Test func `the commands: steps in text and JSON, exit code 3 where that is asked for`() async throws {
        try await withNights { nights, archive in
            let command = { (more: [String]) in
                try await nights.yard.command("nightly", ["--without-test", "--on-battery"] + more).run()
            }
            let night = try await command([])
            #expect(night.succeeded, "\(night)")
            try await archive.publish(packages(SmallArchive.anchor(version: "1.1")), day: 1)
            let state = try State(nights)
            let dry = try await command(["--dry-run"])
            #expect(dry.succeeded && dry.output.contains("\"action\" : \"take anchor 1.1 in place of 1.0"), "\(dry)")
            let code = try await command(["--dry-run-code"])
            #expect(code.code == 3 && code.output == dry.output, "\(code)")
            #expect(try State(nights) == state)
            let real = try await command([])
            #expect(real.succeeded && real.output.contains("\"outcome\" : \"promoted\""), "\(real)")
            let promoted = try State(nights)
            let back = try await BuiltProgram.command(
                ["image", "rollback", "ship", "--dry-run"], home: nights.yard.store
            ).run()
            #expect(back.succeeded && back.output.hasPrefix("would lead ship:latest back to ship:"), "\(back)")
            #expect(try State(nights) == promoted)
        }
    }
}
