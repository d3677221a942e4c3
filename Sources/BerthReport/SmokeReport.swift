/// How a recipe's smoke tests went in a container.
package struct SmokeReport: Report {
    /// One command, and why it failed if it did.
    package struct Row: Encodable, Sendable {
        package var command: String
        package var passed: Bool
        package var reason: String?
        /// Why it was not run; it counts as passed then.
        package var skipped: String?
        /// The end of what it printed.
        package var output: String
        package init(command: String, passed: Bool, reason: String? = nil, skipped: String? = nil, output: String) {
            self.command = command
            self.passed = passed
            self.reason = reason
            self.skipped = skipped
            self.output = output
        }
    }

    package var schema = "berth.image-test/1"
    package var version: String
    package var engine: String
    package var platform: String
    package var tests: [Row]
    package var passed: Bool { tests.allSatisfy(\.passed) }

    package init(version: String, engine: String, platform: String, tests: [Row]) {
        self.version = version
        self.engine = engine
        self.platform = platform
        self.tests = tests
    }

    package var identifiers: [String] { tests.filter { !$0.passed }.map(\.command) }

    package var text: String {
        let rows = tests.flatMap { row -> [String] in
            if let reason = row.skipped { return ["  --    \(row.command)  (not run, \(reason))"] }
            guard !row.passed else { return ["  ok    \(row.command)"] }
            let output = row.output.split(separator: "\n").suffix(10).map { "          \($0)" }
            return ["  FAIL  \(row.command)  (\(row.reason ?? ""))"] + output
        }
        let failed = tests.count { !$0.passed }
        let left = tests.count { $0.skipped != nil }
        let passed = left == 0 ? "all \(tests.count) passed" : "\(tests.count - left) passed, \(left) not run"
        let end = failed == 0 ? passed : "\(failed) of \(tests.count) failed"
        return (["\(version) for \(platform) in \(engine)"] + rows + [end]).joined(separator: "\n")
    }
}
