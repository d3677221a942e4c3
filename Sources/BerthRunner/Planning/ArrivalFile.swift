internal import BerthDocument
package import BerthPlan
internal import BerthSystem
internal import BerthWorkflow
package import SystemPackage

/// A trace of arrivals: lines of JSON, each a job (`arrival`, `seconds`, and what else is known) or a change of the machine.
///
/// A job: `{"arrival": 12.5, "seconds": 180, "estimate": 200, "memory": "3GiB", "weight": "light", "owner": "o/r"}`, with
/// `"fails": true` and `"cancelledAfter": 60` where that happened. A change: `{"at": 100, "sleeps": 3600}`, or
/// `{"at": 100, "slots": 1}`, with `memory` where that changes too; what a change leaves out stays as the lines before left it.
package enum ArrivalFile {
    private static let largest = 256 << 20

    /// Reads a file; `machine` is what capacities are changed from.
    ///
    /// - Throws: `BerthError` (64) with the faults of the first line that has any.
    package static func read(_ path: FilePath, machine: BerthPlan.Machine) throws -> PlacementTrace {
        var lines = Lines(machine: machine)
        let text = try Files.readText(path, limit: largest)
        try DocumentFaults.explained("the trace has faults") {
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                try lines.add(line, number: index + 1, file: path.string.escaped)
            }
        }
        guard !lines.jobs.isEmpty else {
            throw BerthError(
                .usage, "the trace has no jobs", place: path.string.escaped,
                remedy: "give a file with one JSON object a line")
        }
        return PlacementTrace(jobs: lines.jobs, changes: lines.changes)
    }
}

/// The lines that were read.
private struct Lines {
    /// As the lines so far have changed it.
    var capacity: Amounts
    var jobs: [SimulatedJob] = []
    var changes: [MachineChange] = []

    init(machine: BerthPlan.Machine) { capacity = machine.capacity }

    mutating func add(_ line: Substring, number: Int, file: String) throws(DocumentFaults) {
        guard line.contains(where: { !$0.isWhitespace }) else { return }
        let faults = Faults()
        let root = try ListedJobs.root(of: Array(line.utf8), file: "\(file), line \(number)", faults)
        let reader = MappingReader(root, faults, name: "a line")
        if reader.has("at") {
            if let change = change(reader) { changes.append(change) }
        } else if let job = Self.job(reader, number: number) {
            jobs.append(job)
        }
        reader.finish()
        try faults.check()
    }

    private static func job(_ reader: MappingReader, number: Int) -> SimulatedJob? {
        let arrival = ListedJobs.seconds("arrival", in: reader, required: true)
        let duration = ListedJobs.seconds("seconds", in: reader, required: true)
        let estimate = ListedJobs.seconds("estimate", in: reader)
        let weight = reader.choice("weight", of: Weight.allCases.map(\.rawValue)).flatMap { Weight(rawValue: $0) }
        let memory = PlanSettings.quantity("memory", in: reader, "is a size such as 3GiB", Quantity.bytes)
        let cancelled = ListedJobs.seconds("cancelledAfter", in: reader)
        let (owner, id) = (reader.string("owner") ?? "", reader.string("id") ?? "job-\(number)")
        let fails = reader.boolean("fails") ?? false
        guard let arrival, let duration else { return nil }
        let job = Job(
            Job.ID(id), duration: .init(estimate ?? duration), weight: weight ?? .light,
            demand: [.memory: memory ?? 0], owner: owner)
        return SimulatedJob(job, arrival: arrival, duration: duration, fails: fails, cancelledAfter: cancelled)
    }

    private mutating func change(_ reader: MappingReader) -> MachineChange? {
        let at = ListedJobs.seconds("at", in: reader, required: true)
        let sleeps = ListedJobs.seconds("sleeps", in: reader)
        let slots = reader.integer("slots", in: 0...64)
        let memory = PlanSettings.quantity("memory", in: reader, "is a size such as 12GiB", Quantity.bytes)
        guard let at else { return nil }
        guard (sleeps == nil) != (slots == nil && memory == nil) else {
            reader.fault("at", "a change says either \"sleeps\", or \"slots\", \"memory\" or both")
            return nil
        }
        if let sleeps { return MachineChange(at: at, .sleeps(sleeps)) }
        if let slots { capacity[.slots] = slots }
        if let memory { capacity[.memory] = memory }
        return MachineChange(at: at, .capacity(capacity))
    }
}
