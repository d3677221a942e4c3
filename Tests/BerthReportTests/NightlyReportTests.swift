import BerthReport
import Foundation
import Testing

/// What a night and a prune say, word by word: people read the text, programs rely on the JSON.
struct NightlyReportTests {
    private static var promoted: NightlyReport.Image {
        var image = NightlyReport.Image(name: "ship")
        image.outcome = .promoted
        image.candidate = "ship:2026.11.24"
        image.before = "ship:2026.11.23"
        image.changes = [
            .init(.init(platform: "linux/arm64", package: "anchor", before: "1.0", after: "1.1"), security: true),
            .init(.init(platform: "linux/arm64", package: "rope", before: "2", after: nil), security: false),
        ]
        image.size = 41_000_000
        image.sizeBefore = 40_000_000
        image.testedOn = "linux/arm64 in unix:///var/run/docker.sock"
        image.tests = [.init(command: "anchor --version", passed: true, reason: nil, output: "1.1\n")]
        image.seconds = 12.34
        return image
    }

    private static var failed: NightlyReport.Image {
        var image = NightlyReport.Image(name: "boat")
        image.before = "boat:2026.11.20"
        image.candidate = "boat:2026.11.24"
        image.testedOn = "linux/arm64 in podman"
        image.tests = [.init(command: "sail", passed: false, reason: "exit code 3", output: "no wind\n")]
        image.failure = .init(code: 1, what: "1 of 1 smoke tests of boat:2026.11.24 failed", remedy: "look closer")
        return image
    }

    private static var unchanged: NightlyReport.Image {
        var image = NightlyReport.Image(name: "raft")
        image.outcome = .unchanged
        image.before = "raft:2026.11.01"
        image.seconds = 0.8
        return image
    }

    @Test func `a night's text`() {
        var report = NightlyReport(
            began: 1_795_500_000, ended: 1_795_500_020, seconds: 20, code: 1,
            images: [Self.promoted, Self.failed, Self.unchanged])
        report.notes = ["the notification by tell failed with exit code 9"]
        #expect(
            report.text == """
                ship: ship:2026.11.24 is latest now, in place of ship:2026.11.23; 12.3 s
                     package  before  after  platform
                  ~  anchor   1.0     1.1    linux/arm64  security
                  -  rope     2              linux/arm64
                  size    ship:2026.11.24 has 41.0 MB (+1.0 MB)
                  tests   all 1 passed for linux/arm64 in unix:///var/run/docker.sock
                boat: FAILED, boat:2026.11.20 stays latest; 0.0 s
                  tests   1 of 1 FAILED for linux/arm64 in podman
                          sail  (exit code 3)
                            no wind
                  failed  1 of 1 smoke tests of boat:2026.11.24 failed
                  hint    look closer
                raft: nothing new since raft:2026.11.01; 0.8 s
                note: the notification by tell failed with exit code 9
                1 promoted, 1 unchanged, 1 failed; 20.0 s
                """)
        #expect(report.identifiers == ["ship:2026.11.24"])
    }

    @Test func `a night's JSON has these keys`() throws {
        let report = NightlyReport(
            began: 1_795_500_000, ended: 1_795_500_020, seconds: 20, code: 1, images: [Self.promoted, Self.failed])
        let value = try JSONSerialization.jsonObject(with: Data(report.json().utf8))
        let object = try #require(value as? [String: Any])
        #expect(Set(object.keys) == ["schema", "began", "ended", "seconds", "code", "images", "notes"])
        #expect(
            object["schema"] as? String == "berth.nightly/1" && object["began"] as? String == "2026-11-24T06:00:00Z")
        let images = try #require(object["images"] as? [[String: Any]])
        #expect(
            Set(images[0].keys) == [
                "name", "outcome", "candidate", "before", "changes", "size", "sizeBefore", "tests", "testedOn",
                "seconds", "notes",
            ])
        let change = try #require((images[0]["changes"] as? [[String: Any]])?.first)
        #expect(Set(change.keys) == ["platform", "package", "before", "after", "security"])
        #expect(images.map { $0["outcome"] as? String } == ["promoted", "failed"])
        #expect((images[1]["failure"] as? [String: Any])?["code"] as? Int == 1)
    }

    @Test func `a prune's text and JSON`() throws {
        var report = PruneReport(isDryRun: true)
        report.versions = [
            .init(
                version: "ship:2026.11.24", digest: "sha256:1", built: 1_795_500_000, size: 41_000_000,
                isRemoved: false, reasons: ["tagged latest", "one of the 1 newest"]),
            .init(
                version: "ship:2026.11.01", digest: "sha256:2", built: 1_793_500_000, size: 40_000_000,
                isRemoved: true, reasons: ["23 days old"]),
        ]
        report.engine = "podman"
        report.engineImages = [
            .init(
                id: "sha256:3", names: [], version: "ship:2026.11.01", size: 1, isRemoved: true,
                reason: "its version goes")
        ]
        report.blobs = 2
        report.blobBytes = 3_000_000
        report.keptBytes = 90_000_000
        #expect(
            report.text == """
                version          built                    size         why
                ship:2026.11.24  2026-11-24T06:00:00Z  41.0 MB  stays  tagged latest; one of the 1 newest
                ship:2026.11.01  2026-11-01T02:26:40Z  40.0 MB  goes   23 days old

                in podman:
                  ship:2026.11.01  goes: its version goes

                would free 3.0 MB: 2 blobs (3.0 MB), 0 derived files; 90.0 MB stay
                """)
        let value = try JSONSerialization.jsonObject(with: Data(report.json().utf8))
        let object = try #require(value as? [String: Any])
        #expect(
            Set(object.keys) == [
                "schema", "isDryRun", "versions", "engine", "engineImages", "blobs", "blobBytes", "derivedFiles",
                "derivedBytes", "keptBytes", "notes", "freed",
            ])
        #expect(report.identifiers == ["ship:2026.11.01"] && report.changesAnything)
    }
}
