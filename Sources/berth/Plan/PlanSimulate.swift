internal import ArgumentParser
internal import BerthPlan
internal import BerthReport
internal import BerthRunner
internal import BerthSystem
internal import BerthWorkflow
internal import SystemPackage

struct PlanSimulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Show what a policy of placement does to waiting over weeks of arrivals.",
        discussion: """
            Arrivals come from a trace (lines of JSON: arrival, seconds, estimate, memory, weight, owner), or are generated: \
            Poisson arrivals, log-normal durations, a share of heavy jobs. The load is the offered work over what the slots \
            can do. All times are in seconds.
            """)

    @Option(help: "A file of arrivals.", completion: .file())
    var trace: String?

    @Flag(help: "Generate arrivals (the default without --trace).")
    var generate = false

    @Option(
        help: "Policies, separated by commas: \(OnlinePolicy.all.map(\.name).joined(separator: ", ")) (default: all).")
    var policy: String?

    @Option(help: "Loads to generate, separated by commas.")
    var load = "0.5,0.7,0.8"

    @Option(help: "Jobs to generate for each load and seed.")
    var jobs = 6000

    @Option(help: "A seed, or a row of seeds such as 1-24: a trace is generated for each.")
    var seed = "1"

    @Option(help: "Mean duration of generated jobs, in seconds.")
    var meanDuration = 182.0

    @Option(help: "Variance of the durations over the square of their mean.")
    var variation = 5.8

    @Option(help: "Standard deviation of the logarithm of estimate over true duration.")
    var error = 0.5

    @Option(help: "Share of heavy jobs.")
    var heavyShare = 0.25

    @Option(help: "Memory of a heavy job.")
    var heavyMemory = "8GiB"

    @Option(help: "Memory of a light job.")
    var lightMemory = "3GiB"

    @Option(help: "Owners of the jobs; the k-th has a share in proportion to 1/k.")
    var owners = 4

    @Option(help: "Share of jobs that fail at their end.")
    var failing = 0.0

    @Option(help: "Share of jobs that are cancelled.")
    var cancelled = 0.0

    @Option(help: "The policy berth: after so many seconds of waiting a job counts as e times shorter.")
    var ageing = 3600

    @Option(help: "The policy berth: after so many seconds of waiting a job is next.")
    var limit = 10_800

    @Option(help: "Slots.")
    var slots = 2

    @Option(help: "Memory that jobs share.")
    var memory = "12GiB"

    @Option(help: "Write the mean wait by load as an SVG picture to this file.")
    var plot: String?

    @Option(help: "In place of a simulation: time one decision with so many waiting jobs.")
    var decision: Int?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if decision != nil && trace != nil { throw ValidationError("--decision and --trace exclude each other") }
        if generate && trace != nil { throw ValidationError("--generate and --trace exclude each other") }
        _ = (try policies(), try model(), try loads())
        for text in [memory] where Quantity.bytes(text) == nil {
            throw ValidationError("--memory is a size such as 12GiB")
        }
        if !(1...64).contains(slots) { throw ValidationError("--slots is a number from 1 to 64") }
        if seeds == nil { throw ValidationError("--seed is a number, or two such as 1-24, at most 1000 apart") }
        if let decision, !(1...100_000).contains(decision) {
            throw ValidationError("--decision is a number from 1 to 100000")
        }
        if !(1...1000).contains(owners) { throw ValidationError("--owners is a number from 1 to 1000") }
        if !(1...10_000_000).contains(ageing) || !(1...10_000_000).contains(limit) {
            throw ValidationError("--ageing and --limit are numbers of seconds above 0")
        }
        if !(1...1_000_000).contains(jobs) { throw ValidationError("--jobs is a number from 1 to 1000000") }
        if plot != nil, try trace != nil || decision != nil || Set(loads()).count < 2 {
            throw ValidationError("--plot needs two generated loads or more")
        }
    }

    func run() async throws {
        let machine = BerthPlan.Machine(slots: slots, also: [.memory: Quantity.bytes(memory) ?? 0])
        if let decision {
            let (policies, model, seed) = (try policies(), try model(), seeds?.first ?? 1)
            let report = try await offload {
                try DecisionTiming.report(policies, on: machine, waiting: decision, model: model, seed: seed)
            }
            return try common.show(report)
        }
        let simulation = WaitSimulation(try policies(), on: machine)
        let report = try await report(simulation)
        if let plot, let picture = report.plot?.svg {
            try await offload { try Files.writeAtomically(picture, to: FilePath(plot)) }
        }
        try common.show(report)
    }

    private func report(_ simulation: WaitSimulation) async throws -> WaitReport {
        guard let trace else {
            return try await simulation.report(model(), loads: loads(), seeds: seeds ?? [])
        }
        let (path, machine) = (FilePath(trace), simulation.machine)
        let arrivals = try await offload { try ArrivalFile.read(path, machine: machine) }
        return try await simulation.report(arrivals, name: (path.lastComponent?.string ?? trace).escaped)
    }

    /// Nil where the text is neither a seed nor a row of them.
    private var seeds: [UInt64]? {
        let ends = seed.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last,
            last - first < 1000
        else { return nil }
        return Array(first...last)
    }

    private func policies() throws -> [OnlinePolicy] { try named().map { $0.name == "berth" ? own : $0 } }

    private var own: OnlinePolicy { .berth(ageing: .seconds(ageing), limit: .seconds(limit)) }

    private func named() throws -> [OnlinePolicy] {
        guard let policy else { return OnlinePolicy.all }
        guard policy.contains(where: { $0 != "," }) else { throw ValidationError("--policy names no policy") }
        return try policy.split(separator: ",").map { name in
            guard let found = OnlinePolicy.named(String(name)) else {
                throw ValidationError(
                    "--policy takes \(OnlinePolicy.all.map(\.name).joined(separator: ", ")), not \(name)")
            }
            return found
        }
    }

    private func loads() throws -> [Double] {
        guard load.contains(where: { $0 != "," }) else { throw ValidationError("--load names no load") }
        return try load.split(separator: ",").map { text in
            guard let value = Double(text), value >= 0.01, value <= 10 else {
                throw ValidationError("--load takes numbers from 0.01 to 10, not \(text)")
            }
            return value
        }
    }

    private func model() throws -> ArrivalModel {
        var model = ArrivalModel(load: 1, jobs: jobs)
        guard let heavy = Quantity.bytes(heavyMemory), let light = Quantity.bytes(lightMemory) else {
            throw ValidationError("--heavy-memory and --light-memory are sizes such as 8GiB")
        }
        guard meanDuration > 0, meanDuration < 1e6, (0...1000).contains(variation), (0...5).contains(error),
            (0...1).contains(heavyShare), (0...1).contains(failing), (0...1).contains(cancelled)
        else { throw ValidationError("a mean is above 0, a variation up to 1000, an error up to 5, a share up to 1") }
        (model.slots, model.meanDuration, model.squaredVariation) = (slots, meanDuration, variation)
        (model.estimateSpread, model.heavyShare) = (error, heavyShare)
        (model.heavyMemory, model.lightMemory, model.owners) = (heavy, light, owners)
        (model.failingShare, model.cancelledShare) = (failing, cancelled)
        return model
    }
}
