internal import BerthDocument
internal import BerthPlan
internal import BerthSystem
internal import BerthWorkflow
package import SystemPackage

/// Jobs that a file lists in JSON or YAML, without a workflow: `machine`, and `jobs` with `id` and `seconds` each.
package struct ListedJobs: Sendable {
    package let jobs: PlannableJobs
    package let machine: MachineSize.Wish?

    /// Reads a file of up to 64 MiB.
    ///
    /// - Throws: `BerthError` (64) with all faults, each with line and column.
    package static func read(_ path: FilePath) throws -> ListedJobs {
        try DocumentFaults.explained("the jobs have faults") {
            try ListedJobs(Files.read(path), file: path.string.escaped)
        }
    }

    private init(_ bytes: [UInt8], file: String) throws(DocumentFaults) {
        let faults = Faults()
        let root = try Self.root(of: bytes, file: file, faults)
        let reader = MappingReader(root, faults, name: "the list")
        machine = reader.mapping("machine").map { PlanSettings.machine($0, file: file) }
        let listed = (reader.mappings("jobs", required: true) ?? []).compactMap { Self.job($0, file) }
        reader.finish()
        try faults.check()
        jobs = PlannableJobs(listed.map(\.job), sizes: listed.map(\.size))
    }

    /// JSON where the text begins as an object does, as YAML knows less of its escapes; else YAML.
    static func root(of bytes: [UInt8], file: String, _ faults: Faults) throws(DocumentFaults) -> DocumentNode {
        let first = bytes.first { ![9, 10, 13, 32].contains($0) }
        guard first == UInt8(ascii: "{") else {
            return try YAMLDocument(bytes, file: file, faults: faults, limit: 64 << 20).root
        }
        return try JSONDocument(bytes, file: file).root
    }

    private static func job(_ reader: MappingReader, _ file: String) -> (job: Job, size: JobSize)? {
        defer { reader.finish() }
        let id = reader.string("id", required: true)
        let duration = seconds("seconds", in: reader, required: true)
        let release = seconds("release", in: reader) ?? .zero
        let weight = reader.choice("weight", of: Weight.allCases.map(\.rawValue)).flatMap { Weight(rawValue: $0) }
        let memory = PlanSettings.quantity("memory", in: reader, "is a size such as 2GiB", Quantity.bytes)
        let processors = PlanSettings.quantity("cpus", in: reader, "is a number such as 2", Quantity.processors)
        let after = reader.strings("after", allowEmpty: true) ?? []
        let priority = reader.integer("priority", in: -1_000_000...1_000_000) ?? 0
        guard let id, let duration else { return nil }
        let job = Job(
            Job.ID(id), duration: .init(duration), weight: weight ?? .light,
            demand: [.memory: memory ?? 0, .processors: processors ?? 0], after: after.map { Job.ID($0) },
            release: release, priority: priority)
        return (job, size(job, SizeSource.rule(reader.place, pattern: id)))
    }

    private static func size(_ job: Job, _ source: SizeSource) -> JobSize {
        JobSize(
            weight: Sourced(job.weight, from: source), memory: Sourced(job.demand[.memory], from: source),
            processors: Sourced(job.demand[.processors], from: source), duration: Sourced(job.duration, from: source),
            limit: Sourced(job.duration.expected, from: source))
    }

    /// A decimal number of seconds; the planner has the bounds.
    static func seconds(_ key: String, in reader: MappingReader, required: Bool = false) -> Duration? {
        guard let text = reader.string(key, required: required) else { return nil }
        guard text.wholeMatch(of: #/[0-9]{1,9}(\.[0-9]+)?(e[-+]?[0-9]{1,2})?/#) != nil, let value = Double(text),
            value.isFinite, value < 1e9
        else {
            reader.fault(key, "\"\(key)\" is a number of seconds from 0, not \"\(text)\"")
            return nil
        }
        // To the microsecond: the last bits of a decimal number would make a millisecond more of it.
        return .microseconds(Int64((value * 1_000_000).rounded()))
    }
}
