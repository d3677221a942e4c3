import BerthArchive
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// Nights one after another with an archive that changes daily.
struct NightlyWeekTests {
    private static var secureLamp: RawDeb {
        var lamp = SmallArchive.packages.first { $0.name == "lamp" } ?? RawDeb()
        lamp.version = "1.0+deb1"
        return lamp
    }

    @Test func `a week of news, silence, an update of security, a broken package, an outage and a way back`()
        async throws
    {
        try await withNights { nights, archive in
            let first = try await nights.expect(.promoted, 0, latest: 0)
            #expect(first.before == nil && first.tests.count == 2 && first.changes.count == 4)
            let runs = nights.engine.runs
            // New Release files, the same packages: nothing is built, and no container runs.
            try await archive.publish(day: 1)
            let silent = try await nights.expect(.unchanged, 1, latest: 0)
            #expect(silent.candidate == nil && silent.changes.isEmpty && nights.engine.runs == runs)

            try await archive.publish(packages(SmallArchive.anchor(version: "1.1")), day: 2)
            let news = try await nights.expect(.promoted, 2, latest: 2)
            #expect(news.before == "ship:\(nights.tag(0))" && news.size != nil && news.sizeBefore != nil)
            let change = try #require(news.changes.first)
            #expect(news.changes.count == 1 && change.package == "anchor" && !change.security)
            #expect(change.before == "1.0" && change.after == "1.1")
            #expect(try LockFile.read(nights.lockPath)?.platforms[0].debian.map(\.version).contains("1.1") == true)
            #expect(nights.engine.tags(sharing: "localhost/berth/ship:latest").contains(nights.tag(2)))

            try await archive.publish(
                packages(SmallArchive.anchor(version: "1.1")), security: [Self.secureLamp], day: 3)
            let secure = try await nights.expect(.promoted, 3, latest: 3)
            #expect(secure.changes.map(\.package) == ["lamp"] && secure.changes.first?.security == true)

            try await archive.publish(
                packages(SmallArchive.anchor(version: "1.2")), security: [Self.secureLamp], day: 4)
            nights.engine.fail(["anchor"])
            let broken = try await nights.expect(.failed, 4, latest: 3)
            #expect(broken.tests.first?.reason == "exit code 3" && broken.failure?.code == 1)
            #expect(try nights.target("nightly") == nights.tag(4))
            #expect(!nights.engine.names.contains("localhost/berth/ship:\(nights.tag(4))"))
            #expect(nights.engine.tags(sharing: "localhost/berth/ship:latest").contains(nights.tag(3)))

            let down = try await nights.expect(.failed, 5, latest: 3, mirror: "http://127.0.0.1:9")
            #expect(down.failure?.code == BerthSystem.ExitStatus.temporary.rawValue && down.candidate == nil)

            // The package is mended: what was built of the broken one never was latest.
            nights.engine.fail([])
            try await archive.publish(
                packages(SmallArchive.anchor(version: "1.3")), security: [Self.secureLamp], day: 6)
            let mended = try await nights.expect(.promoted, 6, latest: 6)
            #expect(mended.changes.first?.before == "1.1" && mended.changes.first?.after == "1.3")

            let back = try nights.catalog.rollBack("ship")
            #expect(back.to.tag == nights.tag(3) && back.from.tag == nights.tag(6))
            try await archive.publish(
                packages(SmallArchive.anchor(version: "1.3")), security: [Self.secureLamp], day: 7)
            // The engine was not asked when a person went back: the night leads its latest back, once.
            #expect(nights.engine.tags(sharing: "localhost/berth/ship:latest").contains(nights.tag(6)))
            let gone = try await nights.expect(.rolledBack, 7, latest: 3)
            #expect(gone.notes == ["the engine's ship:latest was another version; it is ship:\(nights.tag(3)) now"])
            #expect(nights.engine.tags(sharing: "localhost/berth/ship:latest").contains(nights.tag(3)))
            #expect(try await nights.expect(.rolledBack, 8, latest: 3).notes.isEmpty)
            try await archive.publish(
                packages(SmallArchive.anchor(version: "1.4")), security: [Self.secureLamp], day: 8)
            _ = try await nights.expect(.promoted, 9, latest: 9)
            #expect(try nights.catalog.rollBack("ship").to.tag == nights.tag(3))

            let check = try await nights.yard.checkStore()
            #expect(check.succeeded, "\(check.output) \(check.errors)")
            #expect(try nights.store.nights.reports().count == 10)
        }
    }

    @Test func `without an engine nothing is promoted, and the next night tests the same version`() async throws {
        try await withNights { nights, archive in
            let untested = try await nights.expect(.failed, 0, latest: nil, hasEngine: false)
            #expect(untested.failure?.what.contains("not promoted") == true && !Files.exists(nights.lockPath))
            #expect(throws: BerthError.self) { try nights.target() }
            try await archive.publish(day: 1)
            let tested = try await nights.expect(.promoted, 1, latest: 0)
            #expect(tested.candidate == "ship:\(nights.tag(0))")
            // A build by hand finds the same version under the lock that the night has left.
            let built = try await nights.yard.build(["--locked"])
            #expect(built.version == "ship:\(nights.tag(0))")
            #expect(try nights.catalog.all().count == 1)
        }
    }

    @Test func `a version is promoted untested only when that is asked for, and the report says so`() async throws {
        try await withNights { nights, _ in
            let report = try await nights.night(0, hasEngine: false) { $0.withoutTest = true }
            #expect(report.code == 0 && report.text.contains("not tested: --without-test"))
            #expect(try nights.target() == nights.tag(0))
        }
    }

    @Test func `a timer that fires twice runs once, and again when the next night is due`() async throws {
        try await withNights { nights, _ in
            nights.engine.fail(["lamp"])
            let failed = try await nights.due(0)
            #expect(failed.code == 1)
            nights.engine.fail([])
            let promoted = try await nights.due(0)
            #expect(promoted.images.map(\.outcome) == [.promoted])
            let requests = nights.yard.mirror.requests.count
            let second = try await nights.due(0)
            #expect(second.images.map(\.outcome) == [.notDue])
            #expect(nights.yard.mirror.requests.count == requests)
            let next = try await nights.due(1)
            #expect(next.images.map(\.outcome) == [.unchanged])
            #expect(try nights.store.nights.reports().count == 3)
        }
    }

    @Test func `on battery the night waits, unless it is told not to`() async throws {
        try await withNights { nights, _ in
            let error = await #expect(throws: BerthError.self) {
                try await nights.night(0) { $0.power = { .battery(percent: 40) } }
            }
            #expect(error?.status == .temporary && error?.what.contains("on battery (40 %)") == true)
            #expect(try nights.catalog.all().isEmpty)
            let report = try await nights.night(0) {
                $0.power = { .battery(percent: 40) }
                $0.onBattery = true
            }
            #expect(report.code == 0)
        }
    }

    @Test func `a night that was killed before it wrote the lock is made good by the next`() async throws {
        try await withNights { nights, archive in
            _ = try await nights.expect(.promoted, 0, latest: 0)
            let old = try Files.read(nights.lockPath)
            try await archive.publish(packages(SmallArchive.anchor(version: "1.1")), day: 1)
            _ = try await nights.expect(.promoted, 1, latest: 1)
            let new = try Files.read(nights.lockPath)
            try Files.writeAtomically(old, to: nights.lockPath)
            let report = try await nights.night(2)
            #expect(report.images.first?.outcome == .unchanged)
            #expect(try Files.read(nights.lockPath) == new)
        }
    }

    @Test func `retention follows a good night, and no other`() async throws {
        try await withNights { nights, archive in
            var policy = RetentionPolicy()
            policy.keep = 1
            policy.days = 0
            for day in 0..<4 {
                try await archive.publish(packages(SmallArchive.anchor(version: "1.\(day)")), day: day)
                let report = try await nights.night(day) { $0.retention = policy }
                #expect(report.code == 0)
            }
            #expect(try nights.catalog.all().map(\.tag) == [nights.tag(2), nights.tag(3)])
            #expect(try await nights.yard.checkStore().succeeded)
        }
    }
}
