package import BerthDocument
package import BerthPlan

/// `jobs` of a `berth.yaml`: what people know of their jobs.
///
/// For each value the first rule counts that matches the job and has the value.
package struct JobRules: Sendable {
    package struct Rule: Sendable {
        /// `ci.yml/build*`, or `build*` for any workflow; `*` stands for any text, `?` for one character.
        package let pattern: String
        package let place: DocumentPlace
        package var weight: Weight?
        /// Bytes, of the whole job with its services.
        package var memory: Int?
        /// Thousandths.
        package var processors: Int?
        package var duration: Duration?
    }

    package var rules: [Rule] = []

    package init() {}

    /// Reads `jobs` below a reader; what is wrong becomes faults there.
    package init(_ configuration: MappingReader) {
        rules = (configuration.mappings("jobs", allowEmpty: true) ?? []).compactMap { Self.rule($0) }
    }

    private static func rule(_ reader: MappingReader) -> Rule? {
        defer { reader.finish() }
        let pattern = reader.string("match", required: true)
        let weight = reader.choice("weight", of: Weight.allCases.map(\.rawValue))
        let memory = quantity("memory", in: reader, "is a size such as 8GiB", Quantity.bytes)
        let processors = quantity("cpus", in: reader, "is a number of processors such as 2 or 0.5", Quantity.processors)
        let duration = quantity(
            "duration", in: reader, "is a time such as 12m or 1h30m, more than 0 and at most 35d", Quantity.duration)
        guard let pattern else { return nil }
        if ["weight", "memory", "cpus", "duration"].allSatisfy({ !reader.has($0) }) {
            reader.faults.add("a rule says at least one of weight, memory, cpus and duration", at: reader.place)
        }
        return Rule(
            pattern: pattern, place: reader.place, weight: weight.flatMap { Weight(rawValue: $0) }, memory: memory,
            processors: processors, duration: duration)
    }

    private static func quantity<Value>(
        _ key: String, in reader: MappingReader, _ rule: String, _ parse: (String) -> Value?
    ) -> Value? {
        guard let text = reader.string(key) else { return nil }
        let value = parse(text)
        if value == nil { reader.fault(key, "\"\(key)\" \(rule), not \"\(text)\"") }
        return value
    }

    /// The first rule for a job that has a value.
    func first<Value: Sendable>(
        for job: WorkflowJob, _ value: (Rule) -> Value?
    ) -> Sourced<Value>? {
        for rule in rules where rule.matches(job) {
            if let found = value(rule) { return Sourced(found, from: .rule(rule.place, pattern: rule.pattern)) }
        }
        return nil
    }
}

extension JobRules.Rule {
    /// Whether it is meant for a job: by its id with the matrix, `build (3.12)`, or by its id alone.
    func matches(_ job: WorkflowJob) -> Bool {
        let file = job.workflow.split(separator: "/").last.map(String.init) ?? job.workflow
        let cell = job.cell.name.isEmpty ? job.job : "\(job.job) (\(job.cell.name))"
        return [job.job, cell, job.id.text, "\(file)/\(job.job)", "\(file)/\(cell)"].contains {
            Wildcard.matches(pattern, $0)
        }
    }
}

/// Patterns with `*` and `?`.
enum Wildcard {
    /// In time linear in both, but for the last star.
    static func matches(_ pattern: String, _ text: String) -> Bool {
        let (pattern, text) = (Array(pattern), Array(text))
        var (at, place) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while place < text.count {
            if at < pattern.count, pattern[at] == "*" {
                star = (at, place)
                at += 1
            } else if at < pattern.count, pattern[at] == "?" || pattern[at] == text[place] {
                (at, place) = (at + 1, place + 1)
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                (at, place) = (last.pattern + 1, last.text + 1)
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == "*" }
    }
}
