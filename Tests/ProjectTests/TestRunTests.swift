internal import BerthSystem
internal import BerthTestSupport
internal import SystemPackage
internal import Testing

/// What `scripts/test` makes of a test run, with a double in the place of `swift`.
struct TestRunTests {
    private func run(
        _ lines: String, exit code: Int = 0, arguments: [String] = ["--filter", "one"]
    ) async throws -> Command.Outcome {
        let folder = try TemporaryFolder("test-run")
        try folder.write(["swift": .program("#!/bin/sh\ncat <<EOT\n\(lines)\nEOT\nexit \(code)\n")])
        var command = Command(Project.file("scripts/test").path, arguments)
        command.environment = ["SWIFT": folder.path.appending("swift").string]
        return try await command.run()
    }

    @Test func `passing tests are counted, and those left out are listed`() async throws {
        let outcome = try await run(
            """
            ◇ Test run started.
            ✔ Test "one" passed after 0.001 seconds.
            ✔ Test "a skipped job" passed after 0.001 seconds.
            ➜ Test "three" skipped: "left out: needs mount namespaces, which is only on Linux"
            ✔ Test run with 3 tests in 1 suite passed after 0.001 seconds.
            """)
        #expect(outcome.code == 0)
        #expect(outcome.output.hasSuffix("\n2 passed, 0 failed\n"))
        #expect(
            outcome.output.contains(
                "Left out on this system:\n  \"three\" skipped: \"left out: needs mount namespaces, which is only on Linux\"\n\n2"
            ))
    }

    @Test func `a failing test fails the run, and stands at its end`() async throws {
        let lines = """
            ✘ Test "one" recorded an issue at OneTests.swift:12:9: Expectation failed: 1 == 2
            ↳ two more words
            ✘ Test "one" failed after 0.001 seconds with 1 issue.
            """
        let outcome = try await run(lines, exit: 1)
        #expect(outcome.code == 1)
        let end = """

            Failed:
              ✘ Test "one" recorded an issue at OneTests.swift:12:9: Expectation failed: 1 == 2
              ↳ two more words
              ✘ Test "one" failed after 0.001 seconds with 1 issue.

            0 passed, 1 failed

            """
        #expect(outcome.output.hasSuffix(end), "\(outcome.output)")
    }

    @Test func `without arguments all is built, then each test target has a run of its own`() async throws {
        let outcome = try await run(#"✔ Test "$*" passed after 0.001 seconds."#, arguments: [])
        let targets = Set(
            try Project.files(below: "Tests").compactMap { $0.name.split(separator: "/").dropFirst().first }
                .filter { $0.hasSuffix("Tests") })
        let lines = outcome.output.split(separator: "\n")
        #expect(outcome.code == 0 && lines.first == #"✔ Test "build --build-tests" passed after 0.001 seconds."#)
        for target in targets {
            let run = "test --disable-xctest --skip-build --filter ^\(target)\\."
            #expect(lines.count { $0.contains("\"\(run)\"") } == 1, "\(target): \(lines)")
        }
        #expect(targets.count > 10 && outcome.output.hasSuffix("\n\(targets.count) passed, 0 failed\n"))
    }

    @Test func `one target without tests fails the run`() async throws {
        let lines = """
            ✔ Test "one" passed after 0.001 seconds.
            ✔ Test run with 0 tests in 0 suites passed after 0.001 seconds.
            """
        #expect(try await run(lines, arguments: []).code == 1)
    }

    @Test func `a run of no test fails`() async throws {
        #expect(try await run("✔ Test run with 0 tests in 0 suites passed after 0.001 seconds.").code == 1)
    }
}
