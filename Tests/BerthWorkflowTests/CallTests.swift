import BerthDocument
import BerthPlan
import Testing

@testable import BerthWorkflow

/// Reusable workflows and composite actions of the same repository.
@Suite struct CallTests {
    private static let folder = ".github/workflows/"

    private func called(_ on: String, _ jobs: String) -> String { "on: {workflow_call: \(on)}\njobs:\n\(jobs)" }

    @Test func `a call stands for the jobs of the workflow it calls`() throws {
        let repository = Repository(
            workflow(
                "  first:\n\(anyRunner)  call:\n    name: The call\n    needs: first\n    strategy: {matrix: {v: [a, b]}}\n"
                    + "    uses: ./.github/workflows/x.yml\n    with: {level: \"${{ matrix.v }}\", count: 2}\n    secrets: inherit\n"
                    + "  last:\n    needs: call\n\(anyRunner)"),
            [
                Self.folder + "x.yml": called(
                    "{inputs: {level: {type: string, required: true}, count: {type: number}, fast: {type: boolean}, deep: {type: string, default: \"${{ github.event_name }}\"}}}",
                    "  one:\n    name: L ${{ inputs.level }} ${{ inputs.count + 0 }}\n".replacing(" + 0", with: "")
                        + "    if: \"!inputs.fast && inputs.deep == 'push'\"\n\(anyRunner)"
                        + "  two:\n    needs: one\n    if: inputs.level == 'a'\n\(anyRunner)")
            ])
        let graph = try repository.graph()
        #expect(
            graph.ids == ["first", "call (a) / one", "call (a) / two", "call (b) / one", "call (b) / two", "last"])
        #expect(try graph.job("call (b) / one").name == "The call (b) / L b 2")
        #expect(try graph.job("call (a) / one").needs == [Job.ID("first")])
        #expect(try graph.job("call (a) / two").needs == [Job.ID("call (a) / one")])
        #expect(
            graph.running.map(\.id.text) == ["first", "call (a) / one", "call (a) / two", "call (b) / one", "last"])
        #expect(try graph.job("last").needs.count == 4)
        #expect(try graph.job("call (a) / one").workflow == Self.folder + "x.yml")
    }

    @Test func `whether a call runs counts for all that it calls`() throws {
        let others = [Self.folder + "x.yml": called("", "  one:\n    if: always()\n\(anyRunner)  two:\n\(anyRunner)")]
        let call = "    uses: ./.github/workflows/x.yml\n"
        let skipped = try Repository(workflow("  call:\n    if: false\n\(call)"), others).graph()
        #expect(skipped.ids == ["call"] && skipped.running.isEmpty)
        let unknown = try Repository(workflow("  call:\n    if: vars.X\n\(call)"), others).graph()
        #expect(unknown.jobs.allSatisfy { $0.standing != .runs } && unknown.running.count == 2)
        #expect(unknown.unknowns.count == 1)
    }

    @Test func `a workflow of another repository counts as one job, and is named`() throws {
        let text = workflow("  call:\n    uses: o/r/.github/workflows/x.yml@v1\n  last:\n    needs: call\n\(anyRunner)")
        let graph = try Repository(text).graph()
        #expect(graph.ids == ["call", "last"])
        #expect(graph.jobs[0].remoteWorkflow == "o/r/.github/workflows/x.yml@v1")
        #expect(
            graph.unknowns.map(\.message) == [
                "o/r/.github/workflows/x.yml@v1 is in another repository, so it counts as one job"
            ])
    }

    static let faulty: [(String, String)] = [
        ("uses: ./.github/workflows/none.yml", "4:11: there is no file .github/workflows/none.yml"),
        ("uses: ./.github/workflows/x.yml@main", "4:11: a workflow of the same repository is named without @"),
        ("uses: ./x.yml", "4:11: ./x.yml is not a workflow in ./.github/workflows"),
        ("uses: ./../../x.yml", "4:11: ./../../x.yml is not a workflow in ./.github/workflows"),
        (
            "uses: o/r@v1",
            "4:11: a workflow is named ./.github/workflows/file.yml or owner/name/.github/workflows/file.yml@ref"
        ),
        (
            "uses: ./.github/workflows/plain.yml",
            "4:11: .github/workflows/plain.yml cannot be called: its \"on\" has no workflow_call"
        ),
        ("uses: ./.github/workflows/x.yml", "4:11: the input \"level\" is missing"),
        (
            "uses: ./.github/workflows/x.yml\n    with: {levl: a, level: b}",
            "5:12: ./.github/workflows/x.yml has no input \"levl\"; did you mean \"level\"?"
        ),
        ("uses: ./.github/workflows/x.yml\n    with: {level: a, count: many}", "5:29: the input \"count\" is a number"),
        (
            "uses: ./.github/workflows/x.yml\n    with: {level: a}\n    secrets: {tokn: x}",
            "6:15: ./.github/workflows/x.yml has no secret \"tokn\"; did you mean \"token\"?"
        ),
        ("uses: ./.github/workflows/x.yml\n    with: {level: a}", "4:11: the secret \"token\" is missing"),
    ]

    @Test(arguments: faulty)
    func `what is wrong with a call is told with its place`(call: String, fault: String) {
        let repository = Repository(
            workflow("  call:\n    \(call)\n"),
            [
                Self.folder + "x.yml": called(
                    "{inputs: {level: {type: string, required: true}, count: {type: number}}, secrets: {token: {required: true}}}",
                    "  one:\n\(anyRunner)"),
                Self.folder + "plain.yml": workflow("  one:\n\(anyRunner)"),
            ])
        #expect(repository.faults().contains("ci.yml:\(fault)"), "\(repository.faults())")
    }

    @Test func `faults of a called workflow come with its own file, once`() {
        let repository = Repository(
            workflow("  a:\n    uses: ./.github/workflows/x.yml\n  b:\n    uses: ./.github/workflows/x.yml\n"),
            [Self.folder + "x.yml": called("", "  one:\n    needs: two\n\(anyRunner)")])
        #expect(repository.faults() == ["x.yml:4:12: \"one\" needs \"two\", which is not a job here"])
    }

    @Test func `workflows that call each other are named as the path round`() {
        let repository = Repository(
            workflow("  a:\n    uses: ./.github/workflows/x.yml\n"),
            [
                Self.folder + "x.yml": called("", "  b:\n    uses: ./.github/workflows/y.yml\n"),
                Self.folder + "y.yml": called("", "  c:\n    uses: ./.github/workflows/x.yml\n"),
            ])
        #expect(
            repository.faults() == ["y.yml:4:11: these workflows call each other in a circle: x.yml → y.yml → x.yml"])
    }

    @Test func `ten levels are read, eleven are not`() throws {
        func repository(_ levels: Int) -> Repository {
            var others: [String: String] = [:]
            for level in 2...levels {
                let inner = "  a:\n    uses: ./.github/workflows/\(level + 1).yml\n"
                others[Self.folder + "\(level).yml"] = called("", level == levels ? "  a:\n\(anyRunner)" : inner)
            }
            return Repository(workflow("  a:\n    uses: ./.github/workflows/2.yml\n"), others)
        }
        #expect(try repository(10).graph().ids == ["a / a / a / a / a / a / a / a / a / a"])
        #expect(repository(11).faults() == ["10.yml:4:11: workflows call each other more than 10 levels deep"])
    }

    @Test func `more than fifty called workflows, and calls that multiply, are refused`() {
        let many = (0...50).map { "  j\($0):\n    uses: ./.github/workflows/w\($0).yml\n" }.joined()
        let others = Dictionary(
            uniqueKeysWithValues: (0...50).map { (Self.folder + "w\($0).yml", called("", "  one:\n\(anyRunner)")) })
        #expect(
            Repository(workflow(many), others).faults() == ["ci.yml:104:11: a run calls at most 50 different workflows"]
        )
        let wide = "    strategy: {matrix: {a: [" + (1...150).map(String.init).joined(separator: ", ") + "]}}\n"
        let bomb = Repository(
            workflow("  a:\n\(wide)    uses: ./.github/workflows/x.yml\n"),
            [
                Self.folder + "x.yml": called("", "  b:\n\(wide)    uses: ./.github/workflows/y.yml\n"),
                Self.folder + "y.yml": called("", "  c:\n\(wide)\(anyRunner)"),
            ])
        #expect(bomb.faults().contains { $0.hasSuffix("a run has at most 10000 jobs here") })
    }

    @Test func `a composite action gives its job what its steps use`() throws {
        let action = "name: x\ndescription: x\nruns:\n  using: composite\n  steps:\n"
        let repository = Repository(
            workflow(
                "  t:\n    runs-on: x\n    steps: [{uses: ./tools/a}, {uses: ./tools/a}, {uses: ./}, {uses: actions/checkout@v4}]\n"
            ),
            [
                "tools/a/action.yml": action
                    + "    - uses: ./tools/b\n    - uses: actions/setup-node@v4\n    - {run: x, shell: sh}\n",
                "tools/b/action.yaml": action + "    - uses: docker://alpine:3\n",
                "action.yml":
                    "name: y\ndescription: y\nruns: {using: docker, image: \"docker://debian:12\", args: [x]}\n",
            ])
        let job = try repository.graph().jobs[0]
        #expect(
            job.actions.map(\.kind) == [
                .image("alpine:3"), .remote("actions/setup-node@v4"), .image("debian:12"),
                .remote("actions/checkout@v4"),
            ])
        #expect(job.unknowns.isEmpty)
    }

    @Test func `actions that use each other, and broken ones, are faults`() {
        let action = "name: x\ndescription: x\nruns:\n  using: composite\n  steps:\n"
        let circle = Repository(
            workflow("  t:\n    runs-on: x\n    steps: [{uses: ./a}]\n"),
            ["a/action.yml": action + "    - uses: ./b\n", "b/action.yml": action + "    - uses: ./a\n"])
        #expect(circle.faults() == ["b/action.yml:6:13: these actions use each other in a circle: ./a → ./b → ./a"])
        let broken = Repository(
            workflow("  t:\n    runs-on: x\n    steps: [{uses: ./a}, {uses: ./a}]\n"),
            ["a/action.yml": "name: x\nruns: {using: compsite}\n"])
        #expect(
            broken.faults() == [
                "a/action.yml:2:15: \"using\" is composite, docker or node with a version, not \"compsite\""
            ])
        let deep = Repository(
            workflow("  t:\n    runs-on: x\n    steps: [{uses: ./0}]\n"),
            Dictionary(
                uniqueKeysWithValues: (0..<12).map { ("\($0)/action.yml", action + "    - uses: ./\($0 + 1)\n") }))
        #expect(deep.faults() == ["9/action.yml:6:13: actions use each other more than 10 levels deep"])
    }

    @Test func `groups of calls are named as not kept, commands of actions without a shell are faults`() throws {
        let repository = Repository(
            workflow("  call:\n    concurrency: a\n    uses: ./.github/workflows/x.yml\n"),
            [Self.folder + "x.yml": "concurrency: b\n" + called("", "  one:\n\(anyRunner)")])
        let message = "the concurrency group of a called workflow is not kept by a plan"
        #expect(
            try repository.graph().unknowns.map(\.description) == [
                ".github/workflows/ci.yml:4:18: \(message)", ".github/workflows/x.yml:1:14: \(message)",
            ])
        let action = "name: x\ndescription: x\nruns:\n  using: composite\n  steps: [{run: x}]\n"
        let shell = Repository(workflow("  t:\n    runs-on: x\n    steps: [{uses: ./a}]\n"), ["a/action.yml": action])
        #expect(shell.faults() == ["a/action.yml:5:11: a command of an action names its shell"])
    }

    @Test func `actions that use a thousand others ten levels deep are gone through once`() throws {
        let action = "name: x\ndescription: x\nruns:\n  using: composite\n  steps:\n"
        var others = ["10/action.yml": action + "    - uses: docker://alpine\n"]
        for level in 1..<10 {
            others["\(level)/action.yml"] = action + String(repeating: "    - uses: ./\(level + 1)\n", count: 50)
        }
        let repository = Repository(workflow("  t:\n    runs-on: x\n    steps: [{uses: ./1}]\n"), others)
        #expect(try repository.graph().jobs[0].images == ["alpine"])
    }
}
