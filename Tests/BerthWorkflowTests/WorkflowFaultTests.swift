import BerthDocument
import BerthPlan
import Testing

@testable import BerthWorkflow

/// What each fault of a workflow file says, and where.
@Suite struct WorkflowFaultTests {
    static let files: [(String, String)] = [
        ("", "1:1: the file is empty"),
        ("- a\n", "1:1: this is not a workflow: it holds a list, not a mapping with on and jobs"),
        ("name: x\nservices: {}\n", "1:1: this is not a workflow: it has neither \"on\" nor \"jobs\""),
        (
            "name: x\nruns: {using: composite}\n",
            "1:1: this is an action, not a workflow; steps use it, and jobs use workflows"
        ),
        ("true: push\njobs: {}\n", "1:1: \"on\" is written as \"true\" here, as YAML 1.1 tools do; write on:"),
        ("\u{FEFF}on: push\n", "1:1: the file starts with a byte order mark; save it as UTF-8 without one"),
        ("on: push\njobs:\n\ta:\n", "3:1: a tab stands in the indentation; use spaces"),
        ("on: push\njobs: {}\n", "2:7: a workflow has at least one job"),
        ("on: push\njobs: []\n", "2:7: \"jobs\" holds a list where a mapping of keys is expected"),
        ("jobs: {a: {runs-on: x, steps: [{run: x}]}}\n", "1:1: the key \"on\" is missing"),
        ("on: []\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n", "1:5: \"on\" names at least one event"),
        (
            "on: pusch\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
            "1:5: \"pusch\" is not an event; did you mean \"push\"?"
        ),
        ("on: {pull: }\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n", "1:6: \"pull\" is not an event"),
        (
            "on: {schedule: [{cron: '* * *'}]}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
            "1:24: a cron expression has five fields: minute, hour, day, month, weekday"
        ),
        (
            "on: schedule\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
            "1:5: \"schedule\" needs a list of cron expressions"
        ),
        (
            "on: {push: {branches: a, branches-ignore: b}}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
            "1:43: \"branches\" and \"branches-ignore\" exclude each other; use ! in \"branches\""
        ),
        (
            "on: {push: {brances: a}}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
            "1:13: \"brances\" is not a known key of \"push\"; did you mean \"branches\"?"
        ),
        ("on: {fork: {types: a}}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n", "1:12: \"fork\" has no settings"),
        (
            "on: {workflow_dispatch: {inputs: {a: {type: choice}}}}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
            "1:35: a choice has options"
        ),
        (
            "on: {workflow_dispatch: {inputs: {a: {type: text}}}}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
            "1:45: \"text\" is not a value of \"type\"; one of: string, number, boolean, choice, environment"
        ),
        (
            "on: {workflow_call: {inputs: {a: {default: 1}}}}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
            "1:34: the key \"type\" is missing"
        ),
        (
            "on: {workflow_call: {inputs: {a: {type: boolean, default: x}}}}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
            "1:59: the input \"a\" is true or false"
        ),
        (
            "on: push\nname: \"${{ github.ref }}\"\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
            "2:7: no expression may stand in \"name\""
        ),
        (
            "on: push\nenvironment: x\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
            "2:1: \"environment\" is not a known key of a workflow; known here: concurrency, defaults, description, env, jobs, name, on, permissions, run-name"
        ),
        (
            "on: push\npermissions: {content: read}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
            "2:15: \"content\" is not a known key of \"permissions\"; did you mean \"contents\"?"
        ),
        (
            "on: push\npermissions: all\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
            "2:14: \"all\" is not a value of \"permissions\"; one of: read-all, write-all"
        ),
        (
            "on: push\nconcurrency: {cancel-in-progress: true}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
            "2:14: the key \"group\" is missing"
        ),
        (
            "on: push\nconcurrency: \"${{ matrix.a }}\"\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
            "2:14: \"matrix\" may not be used in \"concurrency\"; known here: github, inputs, vars"
        ),
        (
            "on: push\nenv: [a]\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
            "2:6: \"env\" is a mapping of names to values"
        ),
        ("on: push\nenv: {a: [b]}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n", "2:10: \"a\" is a single value"),
        (
            "on: push\non: push\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
            "2:1: the key \"on\" stands here a second time"
        ),
        ("on: &a push\njobs:\n  a: {<<: *a}\n", "3:7: merging with << is not supported; write the keys out"),
    ]

    @Test(arguments: files)
    func `what is wrong with a file is told with its place`(text: String, fault: String) {
        let found = Repository(text).faults()
        #expect(found.contains("ci.yml:\(fault)"), "\(found)")
    }

    static let jobs: [(String, String)] = [
        (
            "  a:\n    runs-on: [x, Berth-Memory-lots]\n    steps: [{run: x}]\n",
            "4:14: the label Berth-Memory-lots says no size; write berth-memory-8g or berth-cpus-2"
        ),
        ("  a:\n    runs-on: berth-cpus-0\n    steps: [{run: x}]\n", "4:14: the label berth-cpus-0 says no size"),
        (
            "  a:\n    runs-on: x\n    steps: [{run: x, if: secrets.X}]\n",
            "5:26: \"secrets\" may not be used in \"if\"; known here: env, github, inputs, job, matrix, needs, runner, steps, strategy, vars"
        ),
        (
            "  a:\n    outputs: {x: \"${{ hashFiles('x') }}\"}\n\(anyRunner)",
            "4:18: \"outputs\" cannot use hashFiles; steps can"
        ),
        (
            "  a:\n    defaults: {run: {shell: \"${{ steps.x }}\"}}\n\(anyRunner)",
            "4:29: \"steps\" may not be used in \"shell\""
        ),
        (
            "  1a:\n\(anyRunner)",
            "3:3: a job's id begins with a letter or _, then has letters, digits, - and _, at most 100; not \"1a\""
        ),
        ("  a: {}\n", "3:6: a job has runs-on and steps, or uses a workflow"),
        ("  a: {runs-on: x}\n", "3:6: the key \"steps\" is missing"),
        ("  a: {steps: [{run: x}]}\n", "3:6: the key \"runs-on\" is missing"),
        ("  a: {runs-on: x, steps: []}\n", "3:26: \"steps\" is an empty list; give it items or remove the key"),
        ("  a:\n\(anyRunner)  A:\n\(anyRunner)", "6:3: the job \"a\" has this id already; case does not count"),
        ("  a:\n\(anyRunner)  a:\n\(anyRunner)", "6:3: the key \"a\" stands here a second time"),
        (
            "  build:\n\(anyRunner)  b:\n    needs: biuld\n\(anyRunner)",
            "7:12: \"b\" needs \"biuld\", which is not a job here; did you mean \"build\"?"
        ),
        ("  a:\n    needs: a\n\(anyRunner)", "4:12: these jobs need each other in a circle: a → a"),
        (
            "  a:\n    needs: [c]\n\(anyRunner)  b:\n    needs: a\n\(anyRunner)  c:\n    needs: [b]\n\(anyRunner)",
            "8:12: these jobs need each other in a circle: a → c → b → a"
        ),
        (
            "  a:\n    needs: [b, c]\n\(anyRunner)  b:\n    needs: a\n\(anyRunner)  c:\n    needs: [b]\n\(anyRunner)",
            "8:12: these jobs need each other in a circle: a → b → a; in circles with them: c"
        ),
        ("  a:\n    timeout-minutes: 0\n\(anyRunner)", "4:22: \"timeout-minutes\" is more than 0 minutes"),
        ("  a:\n    timeout-minutes: -5\n\(anyRunner)", "4:22: \"timeout-minutes\" is more than 0 minutes"),
        (
            "  a:\n    timeout-minutes: 1e9\n\(anyRunner)",
            "4:22: \"timeout-minutes\" is at most 50400 minutes: no run lasts more than 35 days"
        ),
        ("  a:\n    timeout-minutes: ten\n\(anyRunner)", "4:22: \"timeout-minutes\" is a number of minutes"),
        (
            "  a:\n    timeout-minutes: \"${{ 1 == 1 && -1 }}\"\n\(anyRunner)",
            "4:22: \"timeout-minutes\" is more than 0 minutes"
        ),
        (
            "  a:\n    if: matrix.x\n\(anyRunner)",
            "4:9: \"matrix\" may not be used in \"if\"; known here: github, inputs, needs, vars"
        ),
        ("  a:\n    if: hashFiles('x')\n\(anyRunner)", "4:9: \"if\" cannot use hashFiles; steps can"),
        (
            "  a:\n    if: gitub.ref\n\(anyRunner)",
            "4:9: in \"if\": there is no context gitub; did you mean \"github\"?"
        ),
        ("  a:\n    if: [x]\n\(anyRunner)", "4:9: \"if\" is an expression, not a list"),
        (
            "  a:\n    name: \"${{ success() }}\"\n\(anyRunner)",
            "4:11: \"name\" cannot ask how other jobs ended; only \"if\" can"
        ),
        ("  a:\n    name: \"${{ matrix.x\"\n\(anyRunner)", "4:11: ${{ has no closing }}"),
        ("  a:\n    name: \"${{ 1 + }}\"\n\(anyRunner)", "4:11: in ${{ 1 + }}: + is not expected at character 3"),
        ("  a:\n    runs-on: []\n    steps: [{run: x}]\n", "4:14: \"runs-on\" names at least one label"),
        ("  a:\n    runs-on: {}\n    steps: [{run: x}]\n", "4:14: \"runs-on\" names a group or labels"),
        ("  a:\n    runs-on: [[x]]\n    steps: [{run: x}]\n", "4:15: a label is a text"),
        ("  a:\n    runs-on: \"${{ fromJSON('{') }}\"\n    steps: [{run: x}]\n", "4:14: fromJSON is given"),
        ("  a:\n    runs-on: x\n    steps: [{}]\n", "5:13: a step has \"run\" or \"uses\""),
        (
            "  a:\n    runs-on: x\n    steps: [{run: x, uses: a/b@c}]\n",
            "5:13: a step has one of \"run\" and \"uses\", not both"
        ),
        (
            "  a:\n    runs-on: x\n    steps: [{uses: checkout}]\n",
            "5:20: an action is named owner/name@ref, ./folder or docker://image, not \"checkout\""
        ),
        (
            "  a:\n    runs-on: x\n    steps: [{run: x, shel: y}]\n",
            "5:22: \"shel\" is not a known key of an item of \"steps\"; did you mean \"shell\"?"
        ),
        (
            "  a:\n    runs-on: x\n    steps: [{run: x, id: s}, {run: x, id: S}]\n",
            "5:43: an earlier step has the id \"S\" already"
        ),
        (
            "  a:\n    runs-on: x\n    steps: [{run: \"${{ nothing }}\"}]\n",
            "5:19: in ${{ nothing }}: there is no context nothing"
        ),
        (
            "  a:\n    contaner: x\n\(anyRunner)",
            "4:5: \"contaner\" is not a known key of the job \"a\"; did you mean \"container\"?"
        ),
        ("  a:\n    container: {options: x}\n\(anyRunner)", "4:16: the key \"image\" is missing"),
        (
            "  a:\n    container: {image: x, options: --memory lots}\n\(anyRunner)",
            "4:36: --memory is a size such as 2g, not \"lots\""
        ),
        ("  a:\n    container: {image: x, options: --cpus}\n\(anyRunner)", "4:36: --cpus has no value"),
        ("  a:\n    services: {db: [x]}\n\(anyRunner)", "4:20: \"db\" is an image, or a mapping with an image"),
        (
            "  a:\n    strategy: {max-parallel: 0, matrix: {a: [1]}}\n\(anyRunner)",
            "4:30: \"max-parallel\" is a whole number of jobs, 1 or more"
        ),
        (
            "  a:\n    strategy: {fail-fast: maybe}\n\(anyRunner)",
            "4:27: \"fail-fast\" is true or false, or an expression"
        ),
        ("  a:\n    strategy: {matrix: [1]}\n\(anyRunner)", "4:24: \"matrix\" is a mapping of names to lists"),
        (
            "  a:\n    uses: ./.github/workflows/x.yml\n    runs-on: x\n",
            "5:5: a job that uses a workflow has no \"runs-on\" of its own"
        ),
        ("  a:\n    environment: {url: x}\n\(anyRunner)", "4:18: the key \"name\" is missing"),
        (
            "  a:\n    continue-on-error: perhaps\n\(anyRunner)",
            "4:24: \"continue-on-error\" is true or false, or an expression"
        ),
    ]

    @Test(arguments: jobs)
    func `what is wrong with a job is told with its place`(jobs: String, fault: String) {
        let found = Repository(workflow(jobs)).faults()
        #expect(found.first?.hasPrefix("ci.yml:\(fault)") == true, "\(found)")
    }

    @Test func `all faults come together, in the file's order`() {
        let found = Repository("on: pusch\nenv: [a]\njobs:\n  a:\n    needs: b\n    runs-on: x\n    steps: [{}]\n")
            .faults()
        #expect(
            found == [
                "ci.yml:1:5: \"pusch\" is not an event; did you mean \"push\"?",
                "ci.yml:2:6: \"env\" is a mapping of names to values",
                "ci.yml:5:12: \"a\" needs \"b\", which is not a job here",
                "ci.yml:7:13: a step has \"run\" or \"uses\"",
            ])
    }

    @Test func `anchors give jobs their steps; a fault in them is told once; bombs are refused`() throws {
        let text = workflow("  a:\n    runs-on: x\n    steps: &s [{run: x}]\n  b:\n    runs-on: x\n    steps: *s\n")
        #expect(try Repository(text).graph().ids == ["a", "b"])
        #expect(
            Repository(text.replacing("{run: x}", with: "{}")).faults() == [
                "ci.yml:5:16: a step has \"run\" or \"uses\""
            ])
        let bomb = "x0: &x0 [a, a]\n" + (1..<30).map { "x\($0): &x\($0) [*x\($0 - 1), *x\($0 - 1)]\n" }.joined()
        #expect(Repository(bomb + text).faults().first?.contains("aliases make this file grow out of bounds") == true)
    }

    @Test func `a chain of thousands of jobs is read, and a circle of thousands named`() throws {
        let chain = (0..<3000).map {
            "  j\($0): {needs: [\($0 == 0 ? "" : "j\($0 - 1)")], runs-on: x, steps: [{run: x}]}\n"
        }
        #expect(try Repository(workflow(chain.joined())).graph().jobs.count == 3000)
        let circle = chain.joined().replacing("j0: {needs: []", with: "j0: {needs: [j2999]")
        #expect(Repository(workflow(circle)).faults().first?.contains("in a circle: j0 → j2999 → j2998") == true)
    }
}
