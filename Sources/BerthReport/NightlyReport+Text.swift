extension NightlyReport {
    package var text: String {
        let counts = [Outcome.promoted, .unchanged, .rolledBack, .notDue, .failed].compactMap { outcome -> String? in
            let count = images.count { $0.outcome == outcome }
            return count == 0 ? nil : "\(count) \(outcome.words)"
        }
        let end = "\(counts.joined(separator: ", ")); \(Self.duration(seconds))"
        return (images.flatMap(\.lines) + notes.map { "note: \($0)" } + [end]).joined(separator: "\n")
    }

    static func duration(_ seconds: Double) -> String {
        let tenths = Int64((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }
}

extension NightlyReport.Outcome {
    fileprivate var words: String {
        switch self {
        case .promoted: "promoted"
        case .unchanged: "unchanged"
        case .rolledBack: "rolled back by hand"
        case .notDue: "not due"
        case .failed: "failed"
        }
    }
}

extension NightlyReport.Image {
    fileprivate var lines: [String] {
        let rest = table + facts + failureLines + notes.map { "note: \($0)" }
        return [head] + rest.map { "  " + $0 }
    }

    private var head: String {
        let time = NightlyReport.duration(seconds)
        let old = before ?? "no version"
        return switch outcome {
        case .promoted where candidate == before:
            "\(name): \(old) is what today's recipe makes too, and stays latest; \(time)"
        case .promoted: "\(name): \(candidate ?? "") is latest now, in place of \(old); \(time)"
        case .unchanged: "\(name): nothing new since \(old); \(time)"
        case .rolledBack: "\(name): still what was rolled back, so \(old) stays latest; \(time)"
        case .notDue: "\(name): not due"
        case .failed: "\(name): FAILED, \(before.map { "\($0) stays latest" } ?? "there is no latest yet"); \(time)"
        }
    }

    private var table: [String] {
        guard !changes.isEmpty else { return [] }
        guard before != nil else { return ["packages \(changes.count), all new"] }
        var table = Table([
            ("", .left), ("package", .left), ("before", .left), ("after", .left), ("platform", .left), ("", .left),
        ])
        for change in changes {
            let sign = change.before == nil ? "+" : change.after == nil ? "-" : "~"
            table.add([
                sign, change.package, change.before ?? "", change.after ?? "", change.platform,
                change.security ? "security" : "",
            ])
        }
        return table.lines
    }

    private var facts: [String] {
        var facts: [String] = []
        if let size, let candidate {
            let change = sizeBefore.map { " (\(ByteText.change(size - $0)))" } ?? ""
            facts.append("size    \(candidate) has \(ByteText.of(size))\(change)")
        }
        if let testedOn {
            facts.append("tests   \(result) for \(testedOn)")
            facts += tests.compactMap { test in test.skipped.map { "        \(test.command)  (left out: \($0))" } }
            facts += tests.filter { !$0.passed }.flatMap { test in
                ["        \(test.command)  (\(test.reason ?? ""))"]
                    + test.output.split(separator: "\n").suffix(10).map { "          \($0)" }
            }
        }
        return facts
    }

    private var result: String {
        let failed = tests.count { !$0.passed }
        let skipped = tests.count { $0.skipped != nil }
        if failed > 0 { return "\(failed) of \(tests.count) FAILED" }
        return skipped == 0 ? "all \(tests.count) passed" : "\(tests.count - skipped) of \(tests.count) passed"
    }

    private var failureLines: [String] {
        guard let failure else { return [] }
        let parts = [
            ("failed", failure.what), ("where", failure.place), ("done", failure.done), ("cause", failure.cause),
            ("hint", failure.remedy),
        ]
        return parts.compactMap { name, text in
            text.map { "\(name)\(String(repeating: " ", count: 8 - name.count))\($0)" }
        }
    }
}
