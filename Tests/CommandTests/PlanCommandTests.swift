import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// `berth plan` and its parts, from outside.
struct PlanCommandTests {
    private let folder: TemporaryFolder
    private let calls: Calls

    init() throws {
        folder = try TemporaryFolder("plan")
        calls = Calls(
            home: folder.path.appending("store"),
            environment: ["GITHUB_REPOSITORY": "", "XDG_CONFIG_HOME": folder.path.appending("config").string])
        try folder.write([
            "repo/.github/workflows/ci.yml": .text(
                """
                on: [push, pull_request]
                jobs:
                  lint: {runs-on: ubuntu-latest, steps: [{run: ruff check}]}
                  test:
                    needs: lint
                    runs-on: ubuntu-latest
                    strategy: {matrix: {python: ["3.12", "3.13"]}}
                    steps: [{run: pytest}]
                  e2e: {needs: lint, runs-on: [self-hosted, berth-heavy], steps: [{run: npx playwright test}]}
                  deploy:
                    needs: [test, e2e]
                    if: github.ref == 'refs/heads/main'
                    runs-on: ubuntu-latest
                    steps: [{run: deploy}]
                """),
            "repo/berth.yaml": .text(
                """
                machine: {slots: 2, memory: 12GiB, cpus: 4}
                jobs:
                  - {match: lint, duration: 40s, memory: 512MiB}
                  - {match: "test*", duration: 3m, memory: 2GiB}
                  - {match: e2e, duration: 6m30s, memory: 8GiB}
                  - {match: deploy, duration: 1m, memory: 1GiB}
                """),
        ])
    }

    private var workflow: String { folder.path.pushing("repo/.github/workflows/ci.yml").string }

    private func plan(_ arguments: String...) async throws -> Command.Outcome {
        try await calls.other(BuiltProgram.path.string, ["plan"] + arguments)
    }

    @Test func `a workflow's plan is a chart, a verdict, a table and reasons`() async throws {
        let outcome = try await plan(workflow, "--ref", "refs/heads/main")
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
        let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines[0].hasPrefix("ci.yml: 5 jobs on 2 slots, 12.9 GB (") && lines[0].contains("berth.yaml"))
        #expect(
            lines[3...4].contains { $0.contains("[e2e====") }
                && lines[3...4].contains { $0.contains("[test (3.12)---") })
        #expect(lines.allSatisfy { !$0.hasPrefix("slot ") || $0.count <= 80 })
        #expect(outcome.output.contains("takes 8 min 10 s; no plan is shorter ("))
        #expect(outcome.output.contains("e2e: lint ended, which it needs\n"))
    }

    @Test func `the same plan for programs, with the source of each figure`() async throws {
        let outcome = try await plan("show", workflow, "--ref", "refs/heads/main", "--json")
        let json = try #require(try outcome.json() as? [String: Any])
        #expect(json["makespan"] as? Double == 490 && json["bound"] as? Double == 490)
        let jobs = try #require(json["jobs"] as? [[String: Any]])
        let heavy = try #require(jobs.first { $0["id"] as? String == "e2e" })
        let sources = try #require(heavy["sources"] as? [String: String])
        #expect(
            sources["weight"]?.hasPrefix("the label berth-heavy, .github/workflows/ci.yml:9:") == true, "\(sources)")
        #expect(sources["duration"]?.contains("berth.yaml:5:5 (e2e)") == true)
        #expect(try await plan(workflow, "--ref", "refs/heads/main", "-q").output.hasPrefix("lint\n"))
    }

    @Test func `what is not known is said, and a job whose condition is false is left out`() async throws {
        #expect(try await plan(workflow).output.contains("github.ref is not known before the run"))
        let topic = try await plan(workflow, "--ref", "refs/heads/topic")
        #expect(topic.output.contains("4 jobs") && topic.output.contains("not run: deploy: "))
    }

    @Test func `a job explains itself, an unknown one is named with those that are there`() async throws {
        let known = try await plan("explain", "test", workflow)
        #expect(known.output.hasPrefix("test (3.12): slot ") && known.output.contains("\n\ntest (3.13): slot "))
        #expect(known.output.contains("  memory       2.1 GB ("))
        let unknown = try await plan("explain", "none", workflow)
        #expect(
            unknown.code == 5 && unknown.errors.contains("its jobs are: lint, test (3.12), e2e, test (3.13), deploy"),
            "\(unknown)")
    }

    @Test func `first come, first served is compared with the plan and the bound`() async throws {
        let outcome = try await plan("compare", workflow, "--ref", "refs/heads/main", "--json")
        let json = try #require(try outcome.json() as? [String: Any])
        let (fifo, plan) = (json["fifo"] as? [String: Any], json["plan"] as? [String: Any])
        // Both tests go before the long job where the file's order counts.
        #expect(fifo?["makespan"] as? Double == 40 + 180 + 390 + 60 && plan?["makespan"] as? Double == 490)
        #expect(json["bound"] as? Double == 490)
    }

    @Test func `pictures and pages come to standard output`() async throws {
        let svg = try await plan(workflow, "--svg").output
        #expect(svg.hasPrefix("<svg ") && svg.contains("url(#heavy)"))
        #expect(try await plan(workflow, "--html").output.hasPrefix("<!DOCTYPE html>"))
        #expect(try await plan(workflow, "--html", "--json").code == 64)
    }

    @Test func `a seed gives one plan, whatever the budget has left of the steps is said`() async throws {
        let first = try await plan(workflow, "--seed", "3", "--json").output
        #expect(try await plan(workflow, "--seed", "3", "--json").output == first)
        #expect(try await plan(workflow, "--budget", "200ms").output.contains(" steps, seed 1)"))
        #expect(try await plan(workflow, "--budget", "soon").code == 64)
    }

    @Test func `bad workflows are refused with their places`() async throws {
        let cases = [
            ("a: [\t1", "bad.yml:"), ("jobs: {a: {runs-on: x, needs: b, steps: [{run: a}]}}\non: push", "\"b\""),
            (
                "on: push\njobs: {a: {runs-on: x, needs: b, steps: [{run: a}]}, b: {runs-on: x, needs: a, steps: [{run: a}]}}",
                "a"
            ),
            ("- 1", "not a workflow"),
        ]
        for (text, expected) in cases {
            try folder.write(["bad.yml": .text(text)])
            let outcome = try await plan(folder.path.appending("bad.yml").string)
            #expect(outcome.code == 64 && outcome.errors.contains(expected), "\(text): \(outcome)")
        }
        let missing = try await plan(folder.path.appending("none.yml").string)
        #expect(missing.code != 0 && missing.errors.contains("none.yml"))
        #expect(try await plan().errors.contains("berth plan .github/workflows/ci.yml"))
    }

    @Test func `a job that fits in no machine is refused at once`() async throws {
        let outcome = try await plan(workflow, "--memory", "4GiB")
        #expect(outcome.code == 64 && outcome.errors.contains("e2e can never run: it needs 8.6 GB of memory"))
    }

    @Test func `instances and lists of jobs are planned without a workflow`() async throws {
        try folder.write([
            "one.rcp": .text("4 1\n1\n0 0 2 2 3\n3 1 1 4\n2 1 1 4\n0 0 0\n"),
            "jobs.json": .text(
                #"{"jobs": [{"id": "a", "seconds": 2.501, "memory": "8GiB", "weight": "heavy"}, {"id": "b", "seconds": 1, "after": ["a"]}]}"#
            ),
        ])
        let paths = ["one.rcp", "jobs.json"].map { folder.path.appending($0).string }
        let instance = try #require(try await plan("--rcpsp", paths[0], "--json").json() as? [[String: Any]])
        #expect(instance[0]["makespan"] as? Int == 5 && instance[0]["bound"] as? Int == 5)
        let one = try #require(try await plan("--jobs", paths[1], "--json").json() as? [String: Any])
        #expect(one["makespan"] as? Double == 3.501)
        let two = try #require(try await plan("--json", "--jobs", paths[1], paths[1]).json() as? [[String: Any]])
        #expect(two.map { $0["makespan"] as? Int } == [3501, 3501])
        #expect(try await plan("--rcpsp", paths[1]).errors.contains("line 1"))
    }

    @Test func `jobs of a list explain themselves, and are compared`() async throws {
        try folder.write([
            "jobs.json": .text(
                #"{"jobs": [{"id": "a", "seconds": 2, "cpus": "64"}, {"id": "b", "seconds": 1, "after": ["a"]}]}"#)
        ])
        let list = folder.path.appending("jobs.json").string
        let one = try await plan("explain", "b", "--cpus", "2", "--jobs", list)
        #expect(
            one.code == 0 && one.output.hasPrefix("b: slot 1, from 2.0 s to 3.0 s\n  starts then  a ended"), "\(one)")
        let cut = try await plan("explain", "a", "--cpus", "2", "--jobs", list)
        #expect(
            cut.output.contains("\n  processors   2 (64 asked, ")
                && cut.output.contains(", cut to what the machine has)"))
        let both = try #require(try await plan("compare", "--json", "--jobs", list).json() as? [String: Any])
        #expect(both["bound"] as? Double == 3 && (both["fifo"] as? [String: Any])?["makespan"] as? Double == 3)
        #expect(try await plan("compare", "--jobs", list, list).errors.contains("--jobs takes one list here"))
        #expect(try await plan("explain", "a", workflow, "--jobs", list).errors.contains("exclude each other"))
    }

    @Test func `a table is as wide as COLUMNS says, and JSON is whole`() async throws {
        let name = "a job with a name that is longer than any terminal of old times was wide, which were eighty columns"
        try folder.write(["jobs.json": .text(#"{"jobs": [{"id": "\#(name)", "seconds": 2.5}]}"#)])
        let call = "\"$BERTH\" plan --jobs \"\(folder.path.appending("jobs.json"))\""
        for columns in [60, 80, 120] {
            let lines = try await calls.shell("COLUMNS=\(columns) \(call)").output.split(separator: "\n")
            let row = try #require(lines.first { $0.hasPrefix("1  a job with") })
            #expect(row.contains("…") && row.hasSuffix("light") && row.contains(" 2.5 s "))
            let header = try #require(lines.first { $0.hasPrefix("   job ") })
            #expect(header.count == columns && row.count < columns)
        }
        let whole = try await calls.shell("unset COLUMNS; \(call)")
        #expect(whole.output.contains("\n1  \(name)     1  ") && !whole.output.contains("…"), "\(whole)")
        #expect(try await calls.shell("COLUMNS=60 \(call) --json").output.contains("\"\(name)\""))
    }

    @Test(arguments: [
        (["--memory", "much"], "'--memory <memory>': it takes a size such as 12GiB"),
        (["--cpus", "x"], "it takes a number such as 8 or 2.5"),
        (["--budget", "soon"], "it takes a time such as 200ms"),
        (["--known", "x=y"], "it takes github.NAME=VALUE"),
        (["simulate", "--seed", "9-2"], "it takes a number, or two such as 1-24"),
        (["simulate", "--load", "0.5,x"], "it takes numbers from 0.01 to 10"),
        (["simulate", "--load", ","], "it takes one value or more"),
        (["simulate", "--policy", "fifo,none"], "it takes one or more of fifo, backfill"),
        (["simulate", "--heavy-memory", "0"], "'--heavy-memory <heavy-memory>': it takes a size"),
        (["simulate", "--failing", "2"], "a share up to 1"), (["simulate", "--jobs", "0"], "from 1 to 1000000"),
    ])
    func `a value that can't be is refused with what the option takes`(arguments: [String], words: String) async throws
    {
        let outcome = try await calls.other(BuiltProgram.path.string, ["plan"] + arguments)
        #expect(outcome.code == 64 && outcome.errors.contains(words), "\(outcome)")
    }

    @Test func `runs that GitHub did are learned from`() async throws {
        let item =
            #"{"id": 7, "name": "deploy", "conclusion": "success", "started_at": "2026-11-29T10:00:00Z", "completed_at": "2026-11-29T10:02:30Z"}"#
        try folder.write([
            "runs.json": .text(#"{"jobs": [\#(item)]}"#), "repo/berth.yaml": .text("machine: {memory: 12GiB}\n"),
        ])
        let runs = folder.path.appending("runs.json").string
        let learned = try await plan("learn", workflow, "--repository", "o/r", "--runs", runs)
        #expect(learned.output == "new runs recorded: 1\n", "\(learned)")
        let explained = try await plan("explain", "deploy", workflow, "--repository", "o/r", "--history")
        #expect(explained.output.contains("  takes        2 min 30 s (history: 1 run (exact))"), "\(explained)")
        let other = try await plan("explain", "deploy", workflow, "--repository", "o/else", "--history")
        #expect(other.output.contains("  takes        5 min 0 s (default: "), "\(other)")
    }

    @Test func `policies are played side by side, the same way for a seed`() async throws {
        let picture = folder.path.appending("waits.svg")
        let call = [
            "simulate", "--jobs", "300", "--seed", "4-5", "--load", "0.5,0.8", "--policy", "fifo,berth", "--json",
        ]
        let first = try await calls.other(BuiltProgram.path.string, ["plan"] + call + ["--plot", picture.string])
        #expect(try await calls.other(BuiltProgram.path.string, ["plan"] + call).output == first.output)
        let json = try #require(try first.json() as? [String: Any])
        let rows = try #require(json["rows"] as? [[String: Any]])
        #expect(rows.map { $0["policy"] as? String } == ["fifo", "berth", "fifo", "berth"])
        #expect(try Files.readText(picture).hasPrefix("<svg "))
        let lines = """
            {"arrival": 0, "seconds": 10, "weight": "heavy"}
            {"arrival": 1, "seconds": 5, "weight": "heavy"}

            {"at": 2, "sleeps": 100}
            """
        try folder.write(["trace.jsonl": .text(lines), "bad.jsonl": .text(lines + "\n{\"arrival\": 1}\n")])
        let trace = try await plan(
            "simulate", "--trace", folder.path.appending("trace.jsonl").string, "--policy", "fifo", "--json")
        let row = try #require((try trace.json() as? [String: Any])?["rows"] as? [[String: Any]])[0]
        // The first runs until 110, as the machine slept: the second waited since 1.
        #expect(row["longest"] as? Double == 109)
        let bad = try await plan("simulate", "--trace", folder.path.appending("bad.jsonl").string)
        #expect(bad.code == 64 && bad.errors.contains("line 5"))
        #expect(try await plan("simulate", "--policy", "none").code == 64)
    }

    @Test func `a decision is timed with as many waiting jobs as are asked for`() async throws {
        let outcome = try await plan("simulate", "--decision", "200", "--policy", "berth,fifo", "--json")
        let json = try #require(try outcome.json() as? [String: Any])
        let rows = try #require(json["rows"] as? [[String: Any]])
        #expect(json["waiting"] as? Int == 200 && rows.map { $0["policy"] as? String } == ["berth", "fifo"])
        #expect(rows.allSatisfy { ($0["median"] as? Double ?? 0) > 0 })
        #expect(try await plan("simulate", "--decision", "0").code == 64)
    }

    @Test func `the guide and its pictures are what the program prints`() async throws {
        let folder = project.pushing("Tests/Workflows/guide")
        let call = [
            ("", "--ref refs/heads/main"), ("explain image ", "--ref refs/heads/main"),
            ("compare ", "--ref refs/heads/main"),
        ]
        let guide = try Files.readText(project.pushing("docs/guides/plan-your-workflow.md"))
        for (verb, options) in call {
            let line = "berth plan \(verb).github/workflows/ci.yml \(options)"
            let outcome = try await calls.shell("cd \"\(folder)\" && \"$BERTH\" \(line.dropFirst("berth ".count))")
            #expect(guide.contains("$ \(line)\n\(outcome.output)```"), "\(outcome)")
        }
        for (picture, option) in [("plan", "--svg"), ("plan-fifo", "--svg --first-come")] {
            let drawn = try await calls.shell(
                "cd \"\(folder)\" && \"$BERTH\" plan .github/workflows/ci.yml --ref refs/heads/main \(option)")
            let kept = try Files.readText(project.pushing("docs/pictures").appending("\(picture).svg"))
            #expect(drawn.output == kept + "\n" || drawn.output == kept, "docs/pictures/\(picture).svg is another")
        }
    }
}
