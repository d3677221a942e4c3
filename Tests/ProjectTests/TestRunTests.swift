internal import BerthSystem
internal import BerthTestSupport
internal import SystemPackage
internal import Testing

/// What `scripts/test` makes of a test run, with a double in the place of `swift`.
struct TestRunTests {
    private func run(_ lines: String, exit code: Int = 0) async throws -> Command.Outcome {
        let folder = try TemporaryFolder("test-run")
        try folder.write(["swift": .program("#!/bin/sh\ncat <<'EOT'\n\(lines)\nEOT\nexit \(code)\n")])
        var command = Command(Project.file("scripts/test").path)
        command.environment = ["SWIFT": folder.path.appending("swift").string]
        return try await command.run()
    }

    @Test func `passing tests are counted, and those left out are listed`() async throws {
        let outcome = try await run(
            """
            ◇ Test run started.
            ✔ Test "one" passed after 0.001 seconds.
            ✔ Test "run it" passed after 0.001 seconds.
            ➜ Test "three" skipped: "left out: needs mount namespaces, which is only on Linux"
            ✔ Test run with 3 tests in 1 suite passed after 0.001 seconds.
            """)
        #expect(outcome.code == 0)
        #expect(outcome.output.hasSuffix("\n2 passed, 0 failed\n"))
        #expect(
            outcome.output.contains(
                "Left out on this system:\n  \"three\" skipped: \"left out: needs mount namespaces, which is only on Linux\"\n"
            ))
    }

    @Test func `a failing test fails the run`() async throws {
        let outcome = try await run(#"✘ Test "one" failed after 0.001 seconds with 1 issue."#, exit: 1)
        #expect(outcome.code == 1)
        #expect(outcome.output.hasSuffix("\n0 passed, 1 failed\n"))
    }

    @Test func `a run of no test fails`() async throws {
        #expect(try await run("✔ Test run with 0 tests in 0 suites passed after 0.001 seconds.").code == 1)
    }
}
