import BerthDocument
import BerthPlan
import Testing

@testable import BerthWorkflow

/// What the planner gets of some of the repositories in `Tests/Workflows`.
@Suite struct RepositoryTests {
    private func graph(_ repository: String, _ file: String, _ facts: RunFacts = RunFacts(event: "push")) throws
        -> JobGraph
    {
        let files = Act.files(of: repository)
        let path = ".github/workflows/" + file
        let workflow = try WorkflowReader.read(#require(try files.bytes(path)), file: path)
        return try GraphBuilder.graph(of: workflow, facts: facts) { try files.bytes($0) }
    }

    @Test func `a library's cells have names, timeouts and limits of their own`() throws {
        let graph = try graph("python-library", "ci.yml")
        #expect(
            graph.jobs.map(\.name) == [
                "lint", "Python 3.11 on ubuntu-latest", "Python 3.12 on ubuntu-latest", "Python 3.13 on ubuntu-latest",
                "Python 3.12 on windows-latest", "Python 3.13 on windows-latest", "Python 3.14 on ubuntu-latest",
                "report",
            ])
        #expect(
            graph.ids.filter { $0.hasPrefix("test") }.suffix(3) == [
                "test (windows-latest, 3.12)", "test (windows-latest, 3.13)", "test (ubuntu-latest, 3.14, true)",
            ])
        #expect(
            graph.jobs.compactMap { $0.timeout?.duration }
                == [10, 20, 20, 20, 40, 40, 20].map { Duration.seconds($0 * 60) })
        #expect(graph.jobs.map(\.continuesOnError) == [false, false, false, false, false, false, true, false])
        #expect(graph.limits == [Resource("max-parallel test"): 3])
        #expect(graph.unknowns.map(\.place.line) == [9])
    }

    @Test func `a called workflow's jobs stand between those around the call`() throws {
        let graph = try graph("reusable", "main.yml")
        #expect(
            graph.ids == [
                "prepare", "test (unit) / run (1)", "test (unit) / run (2)", "test (unit) / coverage",
                "test (integration) / run (1)",
                "test (integration) / run (2)", "test (integration) / coverage", "deploy / check / health",
                "deploy / upload", "done",
            ])
        #expect(
            try graph.job("test (integration) / coverage").standing
                == .skipped("if: inputs.suite == 'unit' does not hold"))
        #expect(try graph.job("deploy / upload").needs == [Job.ID("deploy / check / health")])
        let byHand = try self.graph("reusable", "main.yml", RunFacts(event: "workflow_dispatch"))
        #expect(try byHand.job("deploy / upload").standing == .skipped("if: !inputs.dry-run does not hold"))
        #expect(graph.unknowns.isEmpty)
    }

    @Test func `deployments to one group take turns, a rollback waits for a failure`() throws {
        let graph = try graph("deployments", "deploy.yml")
        #expect(
            try graph.job("rollback").standing
                == .skipped("if: failure() does not hold in a run in which all jobs succeed"))
        let sized = SizedGraph(graph)
        #expect(
            sized.limits == [
                Resource("concurrency production"): 1,
                Resource("concurrency preview-${{ github.head_ref || github.run_id }}"): 1,
            ])
        #expect(sized.jobs.map(\.id.text) == ["build", "europe", "america", "preview (shop)", "preview (docs)"])
    }

    @Test func `services and containers count`() throws {
        let sized = try SizedGraph(graph("services", "integration.yml"))
        #expect(sized.jobs.map { $0.demand[.memory] >> 20 } == [2048 + 1024 + 256, 3072 + 4096, 2048])
        #expect(sized.jobs.map { $0.demand[.processors] } == [1500, 2000, 1000])
        #expect(sized.jobs.map(\.weight) == [.light, .heavy, .light])
    }

    @Test func `labels size a nightly build`() throws {
        let graph = try graph("nightly", "nightly.yml", RunFacts(event: "schedule"))
        let size = try JobSizing().size(of: graph.job("build"))
        #expect(size.memory.value == 9 << 30 && size.processors.value == 4000 && size.weight.value == .heavy)
        #expect(graph.running.count == 4)
    }

    @Test func `actions are found through composite ones`() throws {
        let job = try graph("composite-action", "ci.yml").job("test")
        #expect(job.actions.map(\.kind) == [.remote("actions/checkout@v4"), .remote("actions/setup-node@v4")])
    }

    @Test func `numbers of a matrix are written as GitHub writes them`() throws {
        let ids = try graph("diamond", "graph.yml").ids.filter { $0.hasPrefix("right") }
        #expect(ids == ["right (1)", "right (2.5)", "right (true)", "right (null-free)", "right (16)", "right (1000)"])
    }
}
