import BerthDocument
import BerthPlan
import Testing

@testable import BerthWorkflow

/// What a workflow file may hold, and what each fault says.
@Suite struct WorkflowReaderTests {
    @Test func `a workflow with all its parts is read`() throws {
        let repository = Repository(
            """
            name: Everything
            run-name: By ${{ github.actor }}
            on:
              push: {branches: [main, "release/**"], tags-ignore: v0*}
              pull_request:
              schedule:
                - {cron: "1 2 * * *", timezone: Europe/Berlin}
              workflow_dispatch:
                inputs:
                  level: {type: choice, options: [a, b], default: a, description: Which}
                  fast: {type: boolean, required: true}
              workflow_call:
                inputs:
                  count: {type: number, default: 3}
                secrets:
                  token: {required: true}
                  other:
                outputs:
                  result: {value: "${{ jobs.one.outputs.x }}"}
            env: {A: 1, B: "${{ vars.B }}", C: }
            permissions: {contents: read, id-token: write}
            defaults: {run: {shell: bash, working-directory: x}}
            concurrency: {group: "g-${{ github.ref }}", cancel-in-progress: "${{ github.ref != 'x' }}"}
            jobs:
              one:
                name: First
                if: github.event_name == 'push'
                runs-on: {group: big, labels: [linux, x64]}
                environment: {name: production, url: "https://example.org"}
                permissions: write-all
                concurrency: deploy
                timeout-minutes: 12.5
                continue-on-error: true
                outputs: {x: "${{ steps.s.outputs.x }}"}
                env: {D: "${{ secrets.D }}"}
                defaults: {run: {shell: sh}}
                container: {image: "debian:12", options: --memory 2g --cpus 1.5, env: {E: 1}, ports: [80], volumes: ["a:/b"]}
                services:
                  db: {image: "postgres:17", credentials: {username: u, password: "${{ secrets.P }}"}}
                  plain: redis:7
                strategy: {fail-fast: false, max-parallel: 2, matrix: {v: [1, 2, 3]}}
                steps:
                  - id: s
                    name: Say ${{ matrix.v }}
                    if: always() && hashFiles('x') != ''
                    run: echo
                    shell: bash
                    working-directory: y
                    env: {F: "${{ job.status }}"}
                    timeout-minutes: 5
                    continue-on-error: "${{ matrix.v == 1 }}"
                  - uses: actions/checkout@v4
                    with: {ref: main}
                  - uses: docker://alpine:3
              two:
                needs: one
                runs-on: ubuntu-latest
                steps: [{run: x}]
            """)
        let workflow = try repository.workflow()
        #expect(workflow.name == "Everything")
        #expect(
            workflow.triggers.map(\.event) == [
                "push", "pull_request", "schedule", "workflow_dispatch", "workflow_call",
            ])
        #expect(workflow.triggers[1].place.description == ".github/workflows/ci.yml:5:3")
        #expect(workflow.inputs.map(\.name) == ["level", "fast"])
        #expect(workflow.call?.inputs.first?.standard?.literal == .number(3))
        #expect(workflow.call?.secrets.map(\.required) == [true, false])
        #expect(workflow.jobs.map(\.id) == ["one", "two"])
        let job = try repository.graph().job("one (2)")
        #expect(job.name == "First (2)")
        #expect(job.runner == WorkflowJob.Runner(labels: ["linux", "x64"], group: "big"))
        #expect(job.timeout?.duration == .seconds(750))
        #expect(!job.failFast && job.continuesOnError && job.environment == "production")
        #expect(job.container?.memory == 2 << 30 && job.container?.processors == 1500)
        #expect(job.images == ["debian:12", "postgres:17", "redis:7", "alpine:3"])
        #expect(job.actions.map(\.kind) == [.remote("actions/checkout@v4"), .image("alpine:3")])
        #expect(job.limits.map(\.name) == ["max-parallel one", "concurrency deploy"])
    }

    @Test(arguments: [
        "push", "[push, pull_request]", "{push: , release: {types: [published]}}", "{push: {branches: main}}",
    ])
    func `on is a name, a list, or a mapping`(on: String) throws {
        let workflow = try Repository("on: \(on)\njobs:\n  a:\n\(anyRunner)").workflow()
        #expect(workflow.triggers.first?.event == "push")
    }
}
