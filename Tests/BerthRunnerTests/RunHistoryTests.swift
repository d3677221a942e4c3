import BerthArchive
import BerthPlan
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import BerthWorkflow
import Foundation
import SystemPackage
import Testing

@testable import BerthRunner

/// Runs that are recorded, and what they let expect.
struct RunHistoryTests {
    private let folder: TemporaryFolder
    private let store: Store

    init() throws {
        folder = try TemporaryFolder("runs")
        store = try Store.open(folder.path.appending("store"), create: true)
        try folder.write([
            ".github/workflows/ci.yml": .text(
                """
                on: push
                jobs:
                  lint: {name: Check style, runs-on: x, steps: [{run: a}]}
                  test: {runs-on: x, strategy: {matrix: {v: [3.12, 3.13]}}, steps: [{run: a}]}
                """)
        ])
    }

    private func member() throws -> WorkflowSet.Member {
        try WorkflowSet.read([folder.path.pushing(".github/workflows/ci.yml")], facts: RunFacts()).members[0]
    }

    private static func item(_ id: Int, _ name: String, _ conclusion: String?, minutes: Int) -> String {
        let end = minutes < 10 ? "0\(minutes)" : "\(minutes)"
        return """
            {"id": \(id), "name": "\(name)", "conclusion": \(conclusion.map { "\"\($0)\"" } ?? "null"), "extra": [{"}": "\\"{"}],
             "started_at": "2026-11-29T10:00:00Z", "completed_at": "2026-11-29T10:\(end):00Z"}
            """
    }

    @Test func `GitHub's lists become runs by the names that it shows; a list after a list is read too`() throws {
        let first =
            #"{"jobs": [\#(Self.item(1, "Check style", "success", minutes: 2)), \#(Self.item(2, "test (3.12)", "failure", minutes: 3))]}"#
        let second =
            #"{"jobs": [\#(Self.item(3, "other", "success", minutes: 2)), \#(Self.item(4, "test (3.13)", nil, minutes: 2))]}"#
        let runs = try GitHubRuns(Array((first + second + "\n").utf8), of: member(), repository: "o/r")
        #expect(runs.rows.map(\.job) == ["lint", "test"] && runs.rows.map(\.cell) == ["", "3.12"])
        #expect(runs.rows.map(\.seconds) == [120, 180] && runs.rows.map(\.ending) == ["succeeded", "failed"])
        #expect(runs.rows[0].workflow == ".github/workflows/ci.yml" && runs.rows[0].repository == "o/r")
        #expect(runs.passedOver == ["no job \"other\" in the workflow": 1, "not ended, or skipped": 1])
    }

    @Test(arguments: ["", " \n", "[]", "{\"jobs\": 1}", "{\"jobs\": [{\"id\": \"x\"}]}", "{\"jobs\": []", "\u{0}"])
    func `what is no list of jobs is refused, and nothing is too`(text: String) throws {
        let error = try #require(throws: BerthError.self) {
            _ = try GitHubRuns(Array(text.utf8), of: member(), repository: "o/r")
        }
        #expect(error.status == .usage && error.remedy?.contains("gh api") == true)
    }

    @Test func `what GitHub says in place of a list is told`() throws {
        let error = try #require(throws: BerthError.self) {
            _ = try GitHubRuns(Array(#"{"message": "Not Found"}"#.utf8), of: member(), repository: "o/r")
        }
        #expect(error.what == "GitHub refused: Not Found")
        #expect(try GitHubRuns(Array(#"{"jobs": []}"#.utf8), of: member(), repository: "o/r").rows.isEmpty)
    }

    @Test func `a run is recorded once, and the newest come first`() throws {
        let list = #"{"jobs": [\#(Self.item(1, "Check style", "success", minutes: 2))]}"#
        let rows = try GitHubRuns(Array(list.utf8), of: member(), repository: "o/r").rows
        #expect(try store.runs.add(rows) == 1)
        #expect(try store.runs.add(rows) == 0)
        var later = rows[0]
        (later.at, later.source) = (later.at + 100, nil)
        #expect(try store.runs.add([later, later]) == 2)
        #expect(try store.runs.runs(of: "o/r").map(\.at) == [later.at, later.at, rows[0].at])
        #expect(try store.runs.runs(of: "o/other").isEmpty)
    }

    @Test func `recorded runs let expect durations, by job and cell, and failures teach nothing`() throws {
        let key = { RunKey(repository: "o/r", workflow: "w", job: "test", cell: $0, image: "", cache: .none) }
        var records = (0..<5).map { RunRecord(key("3.12"), at: Int64($0), seconds: 100, peak: 1 << 30) }
        records += (5..<10).map { RunRecord(key("3.13"), at: Int64($0), seconds: 400) }
        records.append(RunRecord(key("3.12"), at: 11, ending: .failed, seconds: 1))
        records.append(RunRecord(key("3.12"), at: 12, seconds: 5000, slept: 4900))
        #expect(try store.runs.add(records.map { RunRow($0) }) == 12)
        let history = try RecordedRuns.history(of: "o/r", in: store)
        let found = try #require(history(JobKey(repository: "o/r", workflow: "w", job: "test", cell: "3.12")))
        let expected = try #require(found.duration).expected
        #expect(expected > .seconds(99) && expected < .seconds(101), "\(expected)")
        #expect(try #require(found.memory) >= 1 << 30 && found.source.hasPrefix("history: 5 runs"))
        let other = try #require(history(JobKey(repository: "o/r", workflow: "w", job: "test", cell: "3.13"))?.duration)
        #expect(other.expected > .seconds(399) && other.expected < .seconds(401))
        #expect(history(JobKey(repository: "o/else", workflow: "w", job: "test", cell: "")) == nil)
    }

    @Test func `a history of an older Berth gets its table of runs`() async throws {
        try store.history.add(
            .init(
                at: 1, image: "x", version: "1", digest: Digest(bytes: [UInt8](repeating: 0, count: 32)), seconds: 1,
                bytes: .init(1)))
        let path = folder.path.pushing("store/history.sqlite").string
        let script = """
            import sqlite3, sys
            with sqlite3.connect(sys.argv[1]) as db:
                db.execute("DROP TABLE run"); db.execute("PRAGMA user_version = 2")
            """
        let python = try Programs.require("python3", remedy: "install Python")
        _ = try await Command(python, ["-c", script, path]).output()
        let key = RunKey(repository: "o/r", workflow: "w", job: "a", cell: "", image: "", cache: .none)
        #expect(try store.runs.add([RunRow(RunRecord(key, at: 1, seconds: 1))]) == 1)
        #expect(try store.history.builds().count == 1)
    }
}
