internal import ArgumentParser
internal import BerthPlan
internal import BerthReport
internal import BerthRunner
internal import BerthSystem
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

    @OptionGroup var policies: PlacementOptions
    @OptionGroup var arrivals: ArrivalOptions

    @Option(help: "Slots.")
    var slots = 2

    @Option(help: "Memory that jobs share (default: 12GiB).", transform: PlanValue.bytes)
    var memory = 12 << 30

    @Option(help: "Write the mean wait by load as an SVG picture to this file.")
    var plot: String?

    @Option(help: "In place of a simulation: time one decision with so many waiting jobs.")
    var decision: Int?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if decision != nil && trace != nil { throw ValidationError("--decision and --trace exclude each other") }
        if generate && trace != nil { throw ValidationError("--generate and --trace exclude each other") }
        if !(1...64).contains(slots) { throw ValidationError("--slots is a number from 1 to 64") }
        if let decision, !(1...100_000).contains(decision) {
            throw ValidationError("--decision is a number from 1 to 100000")
        }
        if plot != nil, trace != nil || decision != nil || Set(arrivals.load).count < 2 {
            throw ValidationError("--plot needs two generated loads or more")
        }
    }

    private var machine: BerthPlan.Machine { BerthPlan.Machine(slots: slots, also: [.memory: memory]) }

    func run() async throws {
        if let decision { return try common.show(try await timing(decision)) }
        let report = try await waits()
        if let plot, let picture = report.plot?.svg {
            try await offload { try Files.writeAtomically(picture, to: FilePath(plot)) }
        }
        try common.show(report)
    }

    private func timing(_ waiting: Int) async throws -> DecisionReport {
        let (policies, machine, model) = (policies.policies, machine, arrivals.model(slots: slots))
        let seed = arrivals.seed.first ?? 1
        return try await offload {
            try DecisionTiming.report(policies, on: machine, waiting: waiting, model: model, seed: seed)
        }
    }

    private func waits() async throws -> WaitReport {
        let machine = machine
        var simulation = WaitSimulation(policies.policies, on: machine)
        simulation.progress = common.terminalSink()
        guard let trace else {
            return try await simulation.report(
                arrivals.model(slots: slots), loads: arrivals.load, seeds: arrivals.seed)
        }
        let path = FilePath(trace)
        let recorded = try await offload { try ArrivalFile.read(path, machine: machine) }
        return try await simulation.report(recorded, name: (path.lastComponent?.string ?? trace).escaped)
    }
}
