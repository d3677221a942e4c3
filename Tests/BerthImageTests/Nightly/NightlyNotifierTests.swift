import BerthArchive
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// The program that is told of a night, and the user's settings.
struct NightlyNotifierTests {
    @Test func `it gets the night's summary as JSON, and its failure is no failure of the night`() async throws {
        try await withNights { nights, _ in
            let target = nights.yard.folder.path.appending("told")
            let told = try await nights.night(0) {
                $0.settings.notify = ["sh", "-c", "cat >\"$0\"", target.string]
            }
            #expect(told.code == 0 && told.notes.isEmpty)
            let value = try JSONSerialization.jsonObject(with: Data(Files.read(target)))
            let summary = try #require(value as? [String: Any])
            #expect(summary["schema"] as? String == "berth.nightly/1" && summary["code"] as? Int == 0)
            let kept = try #require(try nights.store.nights.reports().first)
            #expect(try Files.read(target) == kept + [0x0A])
            let failing = try await nights.night(1) { $0.settings.notify = ["sh", "-c", "exit 9", "token"] }
            #expect(failing.code == 0 && failing.notes == ["the notification by sh failed with exit code 9"])
            let absent = try await nights.night(2) { $0.settings.notify = ["berth-no-such-program"] }
            #expect(absent.notes.first?.contains("is not installed") == true)
        }
    }

    @Test func `it is ended when its time is up`() async throws {
        let notifier = NightlyNotifier(words: ["sleep", "600"], limit: .milliseconds(200))
        #expect(await notifier.send("{}")?.contains("took longer") == true)
    }

    @Test func `settings are read from the user's file, and faults are named with their line`() throws {
        let folder = try TemporaryFolder("settings")
        try folder.write([
            "good.yaml": """
            nightly: {at: "04:30", notify: [say, "hello there"]}
            retention: {keep: 5, days: 0, budget: 1.5GB}
            """,
            "bad.yaml": """
            nightly: {at: "25:00"}
            retention: {budget: many}
            """,
        ])
        let good = try UserConfiguration.read(folder.path.appending("good.yaml"))
        #expect(good.nightly.schedule == NightlySchedule(parsing: "04:30"))
        #expect(good.nightly.notify == ["say", "hello there"])
        #expect(good.retention?.keep == 5 && good.retention?.days == 0)
        #expect(good.retention?.budget?.value == 1_500_000_000)
        let error = #expect(throws: BerthError.self) {
            try UserConfiguration.read(folder.path.appending("bad.yaml"))
        }
        #expect(error?.place?.contains("bad.yaml:1:") == true && error?.place?.contains("bad.yaml:2:") == true)
    }

    @Test func `the last due time is today's or yesterday's, also where clocks change`() throws {
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        let schedule = try #require(NightlySchedule(parsing: "03:00"))
        func due(_ text: String) throws -> String {
            schedule.lastDue(try Date(text, strategy: .iso8601), in: zone).ISO8601Format()
        }
        #expect(try due("2026-11-23T02:30:00Z") == "2026-11-23T02:00:00Z")
        #expect(try due("2026-11-23T02:00:00Z") == "2026-11-23T02:00:00Z")
        #expect(try due("2026-11-23T01:59:59Z") == "2026-11-22T02:00:00Z")
        // Summer time ends on 25 October 2026 at 3:00, which comes after two hours called 2:00.
        #expect(try due("2026-10-25T12:00:00Z") == "2026-10-25T02:00:00Z")
        #expect(try due("2026-10-24T12:00:00Z") == "2026-10-24T01:00:00Z")
        #expect(NightlySchedule(parsing: "24:00") == nil && NightlySchedule(parsing: "3") == nil)
    }
}
