import BerthDocument
import BerthPlan
import Testing

@testable import BerthWorkflow

/// What jobs take, by whom it is said, and the jobs that the planner gets.
@Suite struct SizingTests {
    private func job(_ lines: String = "") throws -> WorkflowJob {
        try Repository(workflow("  t:\n\(lines)\(lines.contains("runs-on") ? "    steps: [{run: x}]\n" : anyRunner)"))
            .graph().jobs[0]
    }

    private func rules(_ text: String) throws -> JobRules {
        let faults = Faults()
        let rules = JobRules(try ConfigurationFile.reader(Array(text.utf8), file: "berth.yaml", faults))
        try faults.check()
        return rules
    }

    private func sizing(_ rules: String = "", _ prediction: JobPrediction? = nil) throws -> JobSizing {
        var sizing = JobSizing()
        if !rules.isEmpty { sizing.rules = try self.rules("jobs:\n\(rules)") }
        sizing.history = { _ in prediction }
        return sizing
    }

    private static let prediction = JobPrediction(
        duration: DurationEstimate(.seconds(90), spread: 0.2), memory: 7 << 30, source: "the median of 9 runs")

    @Test func `defaults stand where nobody says anything`() throws {
        let size = try sizing().size(of: job())
        #expect(size.memory == Sourced(2 << 30, from: .standard("2 GiB a job")))
        #expect(size.processors.value == 1000 && size.processors.source.description == "default: 1.0 processors a job")
        #expect(size.duration.value == DurationEstimate(.seconds(300), spread: 1))
        #expect(size.duration.source.description == "default: 5 minutes a job")
        #expect(size.weight.value == .light && size.weight.source.description == "default: below 6 GiB is light")
        #expect(size.limit.value == .seconds(21600))
    }

    @Test func `history comes before defaults, and much memory is heavy`() throws {
        let size = try sizing("", Self.prediction).size(of: job())
        #expect(size.memory == Sourced(7 << 30, from: .history("the median of 9 runs")))
        #expect(size.duration.value.expected == .seconds(90))
        #expect(size.weight == Sourced(.heavy, from: .standard("6 GiB or more is heavy")))
    }

    @Test func `labels come before history`() throws {
        let size = try sizing("", Self.prediction).size(
            of: job("    runs-on: [self-hosted, Berth-Light, berth-memory-9g, berth-cpus-4]\n"))
        #expect(size.weight.value == .light && size.memory.value == 9 << 30 && size.processors.value == 4000)
        #expect(size.weight.source.description == "the label Berth-Light, .github/workflows/ci.yml:3:3")
        #expect(size.duration.value.expected == .seconds(90))
    }

    @Test func `rules come before all, value by value, the first that has one`() throws {
        let text = """
              - {match: "ci.yml/t", duration: 1h30m}
              - {match: "*", weight: light, memory: 1.5GiB, cpus: 0.5, duration: 1m}
            """
        let size = try sizing(text, Self.prediction).size(of: job("    runs-on: [berth-heavy]\n"))
        #expect(size.duration.value == DurationEstimate(.seconds(5400), spread: 0.5))
        #expect(size.duration.source.description == "berth.yaml:2:5 (ci.yml/t)")
        #expect(size.weight.value == .light && size.memory.value == 3 << 29 && size.processors.value == 500)
        #expect(size.memory.source.description == "berth.yaml:3:5 (*)")
    }

    @Test func `containers and services count with the job`() throws {
        let lines = """
                container: {image: x, options: "--memory=1g --cpus 2"}
                services:
                  db: {image: y, options: "-m 512m --cpus=.5"}
                  cache: redis

            """
        let size = try sizing().size(of: job(lines))
        #expect(size.memory.value == (1 << 30) + (512 << 20) + (512 << 20))
        #expect(
            size.memory.source.description
                == "--memory 1 GiB of its container, .github/workflows/ci.yml:4:16, with its services db 512 MiB, cache 512 MiB (default), .github/workflows/ci.yml:6:11"
        )
        #expect(size.processors.value == 2500)
        #expect(try sizing("  - {match: t, memory: 1g}").size(of: job(lines)).memory.value == 1 << 30)
    }

    @Test func `a timeout bounds the duration, and limits the job`() throws {
        let size = try sizing().size(of: job("    timeout-minutes: 2\n"))
        #expect(size.duration.value.expected == .seconds(120))
        #expect(size.duration.source.description == "timeout-minutes, .github/workflows/ci.yml:4:22")
        #expect(size.limit.value == .seconds(120) && !size.duration.source.isCutWish)
        #expect(try sizing().size(of: job("    timeout-minutes: 20\n")).duration.value.expected == .seconds(300))
    }

    @Test func `a duration that was asked and that a timeout cuts says both`() throws {
        let size = try sizing("  - {match: t, duration: 1h30m}").size(of: job("    timeout-minutes: 2\n"))
        #expect(size.duration.value == DurationEstimate(.seconds(120), spread: 0.5))
        #expect(
            size.duration.source.description
                == "1h30m asked, berth.yaml:2:5 (t), cut to timeout-minutes, .github/workflows/ci.yml:4:22")
        #expect(size.duration.source.isCutWish)
    }

    @Test(arguments: [(5400, "1h30m"), (61, "1m1s"), (3600, "1h"), (0, "0s"), (86_400, "24h")])
    func `a duration is written as it is read`(seconds: Int, text: String) {
        #expect(Quantity.text(.seconds(seconds)) == text)
        #expect(seconds == 0 || Quantity.duration(text) == .seconds(seconds))
    }

    @Test func `history that says nothing is passed over`() throws {
        let empty = JobPrediction(duration: DurationEstimate(.zero), memory: 0, source: "x")
        #expect(try sizing("", empty).size(of: job()) == sizing().size(of: job()))
    }

    @Test func `history is asked by repository, file, job and cell`() throws {
        let graph = try Repository(workflow("  t:\n    strategy: {matrix: {v: [3.10], os: [u]}}\n\(anyRunner)")).graph()
        var sizing = JobSizing()
        sizing.repository = "o/r"
        sizing.history = { key in
            let wanted = JobKey(repository: "o/r", workflow: Repository.main, job: "t", cell: "3.1, u")
            return key == wanted ? Self.prediction : nil
        }
        #expect(sizing.size(of: graph.jobs[0]).memory.value == 7 << 30)
    }

    @Test(arguments: [
        ("t", true), ("t (1, u)", true), ("t*", true), ("*", true), ("ci.yml/t", true), ("ci.yml/*", true),
        ("ci.yml/t (1*", true),
        ("c?.yml/?", true), ("*.yml/*u)", true), ("other.yml/t", false), ("T", false), ("t ", false), ("", false),
        ("*x*", false), ("**", true),
    ])
    func `patterns match by job, cell and file`(pattern: String, matches: Bool) throws {
        let graph = try Repository(workflow("  t:\n    strategy: {matrix: {v: [1], os: [u]}}\n\(anyRunner)")).graph()
        let rule = JobRules.Rule(pattern: pattern, place: DocumentPlace(file: "f", line: 1, column: 1))
        #expect(rule.matches(graph.jobs[0]) == matches)
    }

    @Test(arguments: [
        ("- {weight: heavy}", "2:3: the key \"match\" is missing"),
        ("- {match: a}", "2:3: a rule says at least one of weight, memory, cpus and duration"),
        ("- {match: a, weight: havy}", "2:22: \"havy\" is not a value of \"weight\"; did you mean \"heavy\"?"),
        ("- {match: a, memory: lots}", "2:22: \"memory\" is a size such as 8GiB, not \"lots\""),
        ("- {match: a, memory: 0}", "2:22: \"memory\" is a size such as 8GiB, not \"0\""),
        ("- {match: a, memory: -1g}", "2:22: \"memory\" is a size such as 8GiB, not \"-1g\""),
        ("- {match: a, memory: 999t}", "2:22: \"memory\" is a size such as 8GiB, not \"999t\""),
        ("- {match: a, cpus: 0}", "2:20: \"cpus\" is a number of processors such as 2 or 0.5, not \"0\""),
        (
            "- {match: a, duration: 0s}",
            "2:24: \"duration\" is a time such as 12m or 1h30m, more than 0 and at most 35d, not \"0s\""
        ),
        (
            "- {match: a, duration: -5m}",
            "2:24: \"duration\" is a time such as 12m or 1h30m, more than 0 and at most 35d, not \"-5m\""
        ),
        (
            "- {match: a, duration: 36d}",
            "2:24: \"duration\" is a time such as 12m or 1h30m, more than 0 and at most 35d, not \"36d\""
        ),
        (
            "- {match: a, duration: soon}",
            "2:24: \"duration\" is a time such as 12m or 1h30m, more than 0 and at most 35d, not \"soon\""
        ),
        (
            "- {match: a, wieght: heavy, cpus: 1}",
            "2:14: \"wieght\" is not a known key of an item of \"jobs\"; did you mean \"weight\"?"
        ),
    ])
    func `what is wrong with a rule is told with its place`(rule: String, fault: String) {
        do {
            _ = try rules("jobs:\n\(rule)\n")
            Issue.record("read")
        } catch let found as DocumentFaults {
            #expect(found.faults.map(\.description) == ["berth.yaml:\(fault)"])
        } catch { Issue.record(error) }
    }

    @Test func `other sections of the file are left to others`() throws {
        #expect(try rules("debian: {main: [x]}\njobs: [{match: a, cpus: 1}]\n").rules.count == 1)
        #expect(try rules("registry: x\n").rules.isEmpty)
    }

    @Test func `the planner gets the jobs that run, after those that run`() throws {
        let text =
            "  a:\n\(anyRunner)  b:\n    needs: a\n    if: false\n\(anyRunner)  c:\n    needs: b\n    if: always()\n    concurrency: x\n\(anyRunner)"
            + "  d:\n    needs: [a, c]\n    if: always()\n    concurrency: x\n    runs-on: berth-heavy\n    steps: [{run: x}]\n"
        var sizing = JobSizing()
        sizing.repository = "o/r"
        let sized = try SizedGraph(Repository(workflow(text)).graph(), sizing)
        #expect(sized.jobs.map(\.id.text) == ["a", "c", "d"])
        #expect(sized.jobs[1].predecessors == [Job.ID("a")])
        #expect(sized.jobs[2].predecessors == [Job.ID("a"), Job.ID("c")])
        #expect(sized.jobs[2].weight == .heavy && sized.jobs[2].owner == "o/r")
        #expect(sized.jobs[1].demand == [.memory: 2 << 30, .processors: 1000, Resource("concurrency x"): 1])
        #expect(sized.limits == [Resource("concurrency x"): 1])
        #expect(sized.sizes.count == 3)
    }
}
