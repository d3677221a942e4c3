import BerthDocument
import BerthPlan
import Testing

@testable import BerthWorkflow

/// From a workflow to the jobs of a run.
@Suite struct GraphTests {
    @Test func `a job waits for every cell of a job that it needs`() throws {
        let graph = try Repository(
            workflow(
                """
                  last:
                    needs: [build, lint]
                \(anyRunner)
                  build:
                    strategy: {matrix: {python: ["3.12", "3.13"], os: [ubuntu]}}
                \(anyRunner)
                  lint:
                \(anyRunner)
                """)
        ).graph()
        #expect(graph.ids == ["last", "build (3.12, ubuntu)", "build (3.13, ubuntu)", "lint"])
        #expect(graph.jobs[0].needs.map(\.text) == ["build (3.12, ubuntu)", "build (3.13, ubuntu)", "lint"])
    }

    @Test(arguments: [
        ("", "t (1)", "t (1)"), ("name: Test", "t (1)", "Test (1)"), ("name: Test ${{ matrix.v }}", "t (1)", "Test 1"),
        ("name: On ${{ github.ref }}", "t (1)", "On ${{ github.ref }}"), ("name: \"${{ '' }}\"", "t (1)", "t (1)"),
        ("name: \"${{ strategy.job-index }}/${{ strategy.job-total }}\"", "t (1)", "0/2"),
    ])
    func `a cell is named as GitHub names it`(name: String, id: String, shown: String) throws {
        let lines = name.isEmpty ? "" : "    \(name)\n"
        let graph = try Repository(workflow("  t:\n\(lines)    strategy: {matrix: {v: [1, 2]}}\n\(anyRunner)")).graph()
        #expect(graph.jobs[0].id.text == id && graph.jobs[0].name == shown)
    }

    @Test func `cells with the same values have ids of their own`() throws {
        let text =
            "  t:\n    strategy: {matrix: {include: [{a: 1}, {b: 1}, {a: 1, list: [x, {y: 2}], none: }]}}\n\(anyRunner)"
        #expect(try Repository(workflow(text)).graph().ids == ["t (1)", "t (1) #2", "t (1, x, 2)"])
    }

    static let conditions: [(String, String)] = [
        ("true", "runs"), ("false", "skipped"), ("\"${{ false }}\"", "skipped"), ("''", "runs"),
        ("github.event_name == 'push'", "runs"),
        ("github.event_name == 'pull_request'", "skipped"), ("startsWith(github.ref, 'refs/tags')", "unknown"),
        ("github.ref == 'x' && github.event_name != 'push'", "skipped"), ("always()", "runs"), ("failure()", "skipped"),
        ("cancelled()", "skipped"), ("\"!cancelled()\"", "runs"), ("success()", "runs"),
        ("failure() && github.ref == 'x'", "skipped"),
        ("vars.X", "unknown"), ("inputs.level == 'full'", "skipped"), ("\"!inputs.level\"", "runs"),
        ("needs.first.result == 'success'", "runs"), ("needs.first.outputs.x", "unknown"),
        // Braces around a part make a text of the whole, which is never empty: so it is at GitHub.
        ("\"${{ false }} && true\"", "runs"),
    ]

    @Test(arguments: conditions)
    func `if is decided where it can be, and else named as unknown`(condition: String, standing: String) throws {
        let text = "  first:\n\(anyRunner)  t:\n    needs: first\n    if: \(condition)\n\(anyRunner)"
        let job = try Repository(workflow(text)).graph().job("t")
        switch job.standing {
        case .runs: #expect(standing == "runs" && job.unknowns.isEmpty)
        case .skipped(let reason): #expect(standing == "skipped" && reason.hasPrefix("if: "))
        case .unknown(let reason):
            #expect(standing == "unknown" && reason.contains("known"))
            #expect(job.unknowns.map(\.place.line) == [8])
        }
    }

    @Test func `a skipped job skips what is below it, also below a job that always runs`() throws {
        let text = """
              a:
                if: false
            \(anyRunner)
              b:
                needs: a
            \(anyRunner)
              c:
                needs: b
                if: always()
            \(anyRunner)
              d:
                needs: c
            \(anyRunner)
              e:
                needs: c
                if: always() && needs.c.result == 'success'
            \(anyRunner)
            """
        let graph = try Repository(workflow(text.replacing("\n\n", with: "\n"))).graph()
        #expect(graph.running.map(\.id.text) == ["c", "e"])
        #expect(try graph.job("b").standing == .skipped("it needs a, which is skipped"))
        #expect(try graph.job("d").standing == .skipped("it needs b, which is skipped"))
    }

    @Test func `what may be skipped leaves what is below it unknown`() throws {
        let text =
            "  a:\n    if: vars.X\n\(anyRunner)  b:\n    needs: a\n\(anyRunner)  c:\n    needs: a\n    if: always()\n\(anyRunner)"
        let graph = try Repository(workflow(text)).graph()
        #expect(try graph.job("b").standing == .unknown("whether a runs, which it needs, is not known before the run"))
        #expect(try graph.job("c").standing == .runs)
    }

    @Test func `max-parallel and concurrency groups are limits that jobs take one of`() throws {
        let graph = try Repository(
            workflow(
                "  t:\n    strategy: {max-parallel: 2, matrix: {v: [1, 2, 3]}}\n\(anyRunner)"
                    + "  wide:\n    strategy: {max-parallel: 9, matrix: {v: [1, 2, 3]}}\n\(anyRunner)"
                    + "  eu:\n    concurrency: Deploy\n\(anyRunner)  us:\n    concurrency: {group: deploy}\n\(anyRunner)"
                    + "  alone:\n    concurrency: other\n\(anyRunner)")
        ).graph()
        #expect(graph.limits == [Resource("max-parallel t"): 2, Resource("concurrency deploy"): 1])
        #expect(try graph.job("t (3)").limits == [Resource("max-parallel t")])
        #expect(try graph.job("wide (1)").limits == [])
        #expect(try graph.job("us").limits == [Resource("concurrency deploy")])
        #expect(try graph.job("alone").limits == [])
    }

    @Test func `a group that is not known goes by its text, and is named`() throws {
        let text =
            "  t:\n    concurrency: d-${{ github.ref }}-${{ matrix.v }}\n    strategy: {matrix: {v: [1, 1, 2]}}\n\(anyRunner)"
        let graph = try Repository(workflow(text)).graph()
        #expect(graph.limits.resources.map(\.name) == ["concurrency d-${{ github.ref }}-1"])
        #expect(
            graph.unknowns.map(\.message) == [
                "the concurrency group is not known, so its text stands for it: github.ref is not known before the run"
            ])
    }

    @Test func `the group of the whole workflow is noted`() throws {
        let graph = try Repository("concurrency: pages\n" + workflow("  t:\n\(anyRunner)")).graph()
        #expect(
            graph.notes.map(\.message) == [
                "runs of the group \"pages\" exclude each other; one run's plan shows nothing of it"
            ])
    }

    @Test(arguments: [
        ("ubuntu-latest", ["ubuntu-latest"]), ("[self-hosted, berth-heavy]", ["self-hosted", "berth-heavy"]),
        ("\"${{ matrix.os }}\"", ["m"]), ("[\"${{ matrix.os }}\", x]", ["m", "x"]), ("{labels: x}", ["x"]),
        ("{group: g}", []),
        ("\"${{ fromJSON('[1, 2]') }}\"", ["1", "2"]), ("\"${{ github.event_name == 'push' && 'a' || 'b' }}\"", ["a"]),
    ])
    func `runs-on is read in every form`(runsOn: String, labels: [String]) throws {
        let text = "  t:\n    strategy: {matrix: {os: [m]}}\n    runs-on: \(runsOn)\n    steps: [{run: x}]\n"
        #expect(try Repository(workflow(text)).graph().jobs[0].runner.labels == labels)
    }

    @Test func `what is not known before the run is named with its place`() throws {
        let text = """
              plan:
            \(anyRunner)
              t:
                needs: plan
                runs-on: ${{ needs.plan.outputs.runner }}
                timeout-minutes: ${{ fromJSON(vars.MINUTES) }}
                container: {image: "${{ vars.IMAGE }}", options: "${{ vars.OPTIONS }}"}
                strategy: {max-parallel: "${{ fromJSON(vars.N) }}", matrix: "${{ fromJSON(needs.plan.outputs.matrix) }}"}
                steps: [{uses: ./made/later}]
            """
        let job = try Repository(workflow(text.replacing("\n\n", with: "\n"))).graph().job("t")
        #expect(
            job.unknowns.map(\.description).map { $0.replacing(".github/workflows/", with: "") }.sorted() == [
                "ci.yml:10:24: the image of \"container\" is not known: vars.IMAGE is not known before the run",
                "ci.yml:10:54: the limits of \"container\" are not known: vars.OPTIONS is not known before the run",
                "ci.yml:11:65: the matrix is not known, so it counts as one job: needs.plan.outputs.matrix is known only after plan has run",
                "ci.yml:12:20: there is no action ./made/later before the run",
                "ci.yml:6:3: max-parallel is not known: vars.N is not known before the run",
                "ci.yml:8:14: the runner is not known: needs.plan.outputs.runner is known only after plan has run",
                "ci.yml:9:22: the timeout is not known: vars.MINUTES is not known before the run",
            ])
        #expect(job.runner.labels == nil && job.timeout == nil && job.container?.image == nil)
    }

    @Test func `an image that an expression leaves empty is no container`() throws {
        let text = "  t:\n    container: \"${{ github.event_name == 'x' && 'debian' || '' }}\"\n\(anyRunner)"
        #expect(try Repository(workflow(text)).graph().jobs[0].container == nil)
    }

    @Test func `facts of the run decide`() throws {
        var repository = Repository(
            "on: {push: , workflow_dispatch: {inputs: {level: {default: low}, fast: {type: boolean}, n: {type: number}}}}\njobs:\n"
                + "  t:\n    if: github.ref == 'main' && vars.A == 'b'\n    name: \"${{ inputs.level }} ${{ inputs.fast }} ${{ inputs.n }}\"\n\(anyRunner)"
        )
        repository.facts = RunFacts()
        #expect(try repository.graph().job("t").name == "${{ inputs.level }} ${{ inputs.fast }} ${{ inputs.n }}")
        repository.facts = RunFacts(event: "workflow_dispatch", github: ["ref": "MAIN"])
        repository.facts.variables = ["a": "b"]
        repository.facts.inputs = ["fast": "true"]
        let job = try repository.graph().job("t")
        #expect(job.standing == .runs && job.name == "low true 0")
        repository.facts.event = "push"
        #expect(try repository.graph().job("t").name == "  ".trimmed + "t")
    }

    @Test func `what the if of a job rules out is not evaluated`() throws {
        let text =
            "  t:\n    if: inputs.list\n    name: T ${{ matrix.v }}\n    strategy: {matrix: {v: \"${{ fromJSON(inputs.list) }}\"}}\n\(anyRunner)"
        let job = try Repository(workflow(text)).graph().job("t")
        #expect(job.standing == .skipped("if: inputs.list does not hold") && job.name == "T ${{ matrix.v }}")
    }

    @Test func `a workflow that nobody starts by hand has no inputs`() throws {
        var repository = Repository(workflow("  t:\n    if: inputs.x\n\(anyRunner)"))
        repository.files[Repository.main]?.replace("on: push", with: "on: [push, pull_request]")
        repository.facts = RunFacts()
        #expect(try repository.graph().job("t").standing == .skipped("if: inputs.x does not hold"))
    }

    @Test func `a workflow's only event is known without being told`() throws {
        var repository = Repository(workflow("  t:\n    if: github.event_name == 'push'\n\(anyRunner)"))
        repository.facts = RunFacts()
        #expect(try repository.graph().job("t").standing == .runs)
        repository.files[Repository.main]?.replace("on: push", with: "on: [push, pull_request]")
        #expect(try repository.graph().job("t").standing != .runs)
    }
}
