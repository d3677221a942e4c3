package import BerthEngine
package import BerthReport
internal import BerthSystem

/// Runs a recipe's smoke tests in containers of a loaded image, one fresh container for each.
package struct SmokeTester: Sendable {
    let engine: any Engine
    let progress: any ProgressSink

    package init(engine: any Engine, progress: any ProgressSink) {
        self.engine = engine
        self.progress = progress
    }

    package func run(_ tests: [Recipe.SmokeTest], in image: ImageLoader.Loaded) async throws -> [SmokeReport.Row] {
        let step = "smoke test"
        progress.report(.started(step: step, total: Int64(tests.count), unit: .items))
        let counter = ProgressCounter(step, progress)
        let native = try await engine.facts().platform
        var rows: [SmokeReport.Row] = []
        for test in tests {
            rows.append(try await run(test, in: image, native: native))
            counter.add(1)
        }
        let failed = rows.count { !$0.passed }
        let note = "\(rows.count { $0.passed && $0.skipped == nil }) of \(rows.count) passed"
        progress.report(failed == 0 ? .ended(step: step, note: note) : .failed(step: step, reason: note))
        return rows
    }

    private func run(
        _ test: Recipe.SmokeTest, in image: ImageLoader.Loaded, native: ImagePlatform
    ) async throws -> SmokeReport.Row {
        let platform = ImagePlatform("\(image.platform)")
        if let reason = test.native, platform != native {
            return .init(command: test.run, passed: true, skipped: "emulated: \(reason)", output: "")
        }
        guard let name = image.names.first else { throw BerthError(.failed, "the loaded image has no name") }
        var request = RunRequest(image: name, command: ["/bin/sh", "-c", test.run])
        request.platform = platform
        // Under an emulator some commands take minutes that take seconds on the machine they are for.
        request.limit = .seconds(1200)
        let outcome = try await heard(request, speaks: test.expects != nil)
        let output = outcome.output + outcome.errors
        let isExpected = test.expects.map { output.contains($0) } ?? true
        let reason =
            outcome.succeeded
            ? (isExpected ? nil : "the output lacks \(test.expects ?? "")") : "exit code \(outcome.code)"
        return .init(
            command: test.run, passed: reason == nil, reason: reason, output: String(output.suffix(2000)))
    }

    /// Runs a command; once more where it said nothing and should have.
    ///
    /// Where the machine is very busy Docker loses what a short command says (it waits two seconds for the streams of a
    /// container that has ended, moby daemon/monitor.go): silence counts when it is heard twice.
    private func heard(_ request: RunRequest, speaks: Bool) async throws -> RunOutcome {
        let outcome = try await engine.run(request)
        guard speaks, outcome.output.isEmpty, outcome.errors.isEmpty else { return outcome }
        return try await engine.run(request)
    }
}
