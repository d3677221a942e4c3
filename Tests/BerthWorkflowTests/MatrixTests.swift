import BerthDocument
import BerthPlan
import Testing

@testable import BerthWorkflow

/// Matrices as GitHub's documentation of include and exclude has them.
@Suite struct MatrixTests {
    private func cells(_ matrix: String) throws -> [String] {
        let lines = matrix.split(separator: "\n").map { "        \($0)\n" }.joined()
        let text = workflow("  t:\n    strategy:\n      matrix:\n\(lines)\(anyRunner)")
        return try Repository(text).graph().jobs.map { job in
            job.cell.values.members.map { "\($0.name)=\($0.value.text)" }.joined(separator: " ")
        }
    }

    private func faults(_ matrix: String) -> [String] {
        let lines = matrix.split(separator: "\n").map { "        \($0)\n" }.joined()
        return Repository(workflow("  t:\n    strategy:\n      matrix:\n\(lines)\(anyRunner)")).faults()
    }

    @Test func `the last axis changes fastest`() throws {
        let found = try cells("version: [10, 12]\nos: [u, w]\n")
        #expect(found == ["version=10 os=u", "version=10 os=w", "version=12 os=u", "version=12 os=w"])
    }

    @Test func `include joins cells that it changes no axis of, and else adds its own`() throws {
        let found = try cells(
            """
            fruit: [apple, pear]
            animal: [cat, dog]
            include:
              - color: green
              - {color: pink, animal: cat}
              - {fruit: apple, shape: circle}
              - fruit: banana
              - {fruit: banana, animal: cat}
            """)
        #expect(
            found == [
                "fruit=apple animal=cat color=pink shape=circle", "fruit=apple animal=dog color=green shape=circle",
                "fruit=pear animal=cat color=pink", "fruit=pear animal=dog color=green", "fruit=banana",
                "fruit=banana animal=cat",
            ])
    }

    @Test func `include alone is a matrix, each entry a cell`() throws {
        #expect(try cells("include:\n  - {a: 1}\n  - {a: 1}\n  - {b: 2}\n") == ["a=1", "a=1", "b=2"])
    }

    @Test func `exclude takes away what matches in part, before include adds`() throws {
        let found = try cells(
            """
            os: [macos, windows]
            version: [12, 14, 16]
            environment: [staging, production]
            exclude:
              - {os: macos, version: 12, environment: production}
              - {os: windows, version: 16}
            include:
              - {os: windows, version: 16, environment: staging}
            """)
        #expect(found.count == 10)
        #expect(!found.contains("os=macos version=12 environment=production"))
        #expect(found.last == "os=windows version=16 environment=staging")
    }

    @Test func `lists and mappings are values too`() throws {
        let found = try cells(
            "node:\n  - {version: 20}\n  - {version: 22, flags: [a, b]}\nexclude:\n  - node: {version: 20}\n")
        #expect(found == ["node=Object"])
    }

    @Test func `a pattern matches by each single value in it, as == does`() throws {
        let text = "node:\n  - {version: 20, flags: [a, b]}\n  - {version: 22, flags: [c]}\nos: [Linux, mac]\n"
        let excluded = try cells(
            text + "exclude:\n  - {node: {flags: [A]}, os: linux}\n  - {node: {version: \"22\"}}\n")
        #expect(excluded == ["node=Object os=mac"])
        #expect(try cells("a: [1, 0, x]\nexclude: [{a: \"1\"}, {a: false}]\n") == ["a=x"])
        #expect(
            try cells("node:\n  - {version: 20}\nexclude:\n  - {node: {version: 20, flags: x}}\n") == ["node=Object"])
    }

    @Test func `what include adds to a cell is no part of its name, a cell of its own is named by all`() throws {
        let matrix = "{os: [u, w], include: [{os: u, extra: 1}, {extra: 2, os: m}, {more: x}]}"
        let graph = try Repository(workflow("  t:\n    strategy: {matrix: \(matrix)}\n\(anyRunner)")).graph()
        #expect(graph.ids == ["t (u)", "t (w)", "t (m, 2)"])
        #expect(graph.jobs.map(\.cell.values.members.count) == [3, 2, 2])
        let long = String(repeating: "x", count: 120)
        let job = try Repository(workflow("  t:\n    strategy: {matrix: {a: [\(long)]}}\n\(anyRunner)")).graph().jobs[0]
        #expect(job.name == "t (" + long.prefix(94) + "..." && job.id.text == "t (\(long))")
    }

    @Test func `an expression gives the axis, the whole, include or exclude`() throws {
        #expect(try cells("a: ${{ fromJSON('[1, 2]') }}\n") == ["a=1", "a=2"])
        #expect(try cells("a: [1, 2]\nexclude: ${{ fromJSON('[{\"a\":1}]') }}\n") == ["a=2"])
        let whole =
            "  t:\n    strategy:\n      matrix: >-\n"
            + "        ${{ fromJSON('{\"a\": [1], \"include\": [{\"b\": 2}]}') }}\n"
        #expect(try Repository(workflow(whole + anyRunner)).graph().jobs[0].cell.values["b"] == .number(2))
    }

    @Test(arguments: [
        ("a: []\n", "ci.yml:6:12: \"a\" has no values"), ("a: 1\n", "ci.yml:6:12: \"a\" is a list of values"),
        ("a: [1]\nexclude: [{a: 1}]\n", "ci.yml:6:9: \"exclude\" takes away every cell of the matrix"),
        (
            "alpha: [1]\nexclude: [{alpah: 1}]\n",
            "ci.yml:7:18: \"exclude\" names \"alpah\", which the matrix has not; did you mean \"alpha\"?"
        ),
        ("a: [1]\ninclude: [1]\n", "ci.yml:7:18: \"include\" is a list of mappings"),
        ("a: [1]\ninclude: {b: 1}\n", "ci.yml:7:18: \"include\" is a list of mappings"),
        (
            "a: ${{ fromJSON('[') }}\n",
            "ci.yml:6:12: fromJSON is given a text that is not JSON: fromJSON:1:2: the text ends too early"
        ),
        ("a: ${{ github.event_name }}\n", "ci.yml:6:9: \"a\" of the matrix is a list with at least one value"),
        (
            "a: [\"${{ matrix.b }}\"]\n",
            "ci.yml:6:13: \"matrix\" may not be used in \"matrix\"; known here: github, inputs, needs, vars"
        ),
    ])
    func `what is wrong with a matrix is told with its place`(matrix: String, fault: String) {
        let found = faults(matrix)
        #expect(found.count == 1)
        if fault.contains("not JSON") {
            #expect(found.first?.hasPrefix("ci.yml:6:12: fromJSON is given a text that is not JSON") == true)
        } else {
            #expect(found == [fault])
        }
    }

    @Test func `256 cells are allowed, 257 are not`() throws {
        let many = (1...257).map(String.init).joined(separator: ", ")
        #expect(try cells("a: [\(many)]\nexclude: [{a: 257}]\n").count == 256)
        #expect(
            faults("a: [\(many)]\n") == ["ci.yml:6:9: the matrix has 257 cells; GitHub runs at most 256 of one matrix"])
        let include = (1...257).map { "{a: \($0)}" }.joined(separator: ", ")
        #expect(
            faults("include: [\(include)]\n") == [
                "ci.yml:6:9: the matrix has 257 cells; GitHub runs at most 256 of one matrix"
            ])
    }

    @Test func `a matrix of millions of cells, or of more than can be counted, is refused unmade`() {
        let hundred = "[" + (1...100).map(String.init).joined(separator: ", ") + "]"
        let million = "a: \(hundred)\nb: \(hundred)\nc: \(hundred)\n"
        #expect(faults(million) == ["ci.yml:6:9: the matrix has 1000000 cells; GitHub runs at most 256 of one matrix"])
        let countless = (1...20).map { "a\($0): \(hundred)\n" }.joined()
        #expect(
            faults(countless) == [
                "ci.yml:6:9: the matrix has far too many cells; GitHub runs at most 256 of one matrix"
            ])
        #expect(faults(million + "exclude: [{a: 1}]\n").count == 1)
    }
}
