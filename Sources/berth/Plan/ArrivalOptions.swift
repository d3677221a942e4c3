internal import ArgumentParser
internal import BerthPlan

/// Arrivals that are generated.
struct ArrivalOptions: ParsableArguments {
    @Option(help: "Loads to generate, separated by commas (default: 0.5,0.7,0.8).", transform: PlanValue.loads)
    var load = [0.5, 0.7, 0.8]

    @Option(help: "Jobs to generate for each load and seed.")
    var jobs = 6000

    @Option(
        help: "A seed, or a row of seeds such as 1-24: a trace is generated for each (default: 1).",
        transform: PlanValue.seeds)
    var seed: [UInt64] = [1]

    @Option(help: "Mean duration of generated jobs, in seconds.")
    var meanDuration = 182.0

    @Option(help: "Variance of the durations over the square of their mean.")
    var variation = 5.8

    @Option(help: "Standard deviation of the logarithm of estimate over true duration.")
    var error = 0.5

    @Option(help: "Share of heavy jobs.")
    var heavyShare = 0.25

    @Option(help: "Memory of a heavy job (default: 8GiB).", transform: PlanValue.bytes)
    var heavyMemory = 8 << 30

    @Option(help: "Memory of a light job (default: 3GiB).", transform: PlanValue.bytes)
    var lightMemory = 3 << 30

    @Option(help: "Owners of the jobs; the k-th has a share in proportion to 1/k.")
    var owners = 4

    @Option(help: "Share of jobs that fail at their end.")
    var failing = 0.0

    @Option(help: "Share of jobs that are cancelled.")
    var cancelled = 0.0

    func validate() throws {
        if !(1...1_000_000).contains(jobs) { throw ValidationError("--jobs is a number from 1 to 1000000") }
        if !(1...1000).contains(owners) { throw ValidationError("--owners is a number from 1 to 1000") }
        guard meanDuration > 0, meanDuration < 1e6, (0...1000).contains(variation), (0...5).contains(error),
            [heavyShare, failing, cancelled].allSatisfy({ (0...1).contains($0) })
        else { throw ValidationError("a mean is above 0, a variation up to 1000, an error up to 5, a share up to 1") }
    }

    /// The model of these arrivals on so many slots; its load is the caller's to set.
    func model(slots: Int) -> ArrivalModel {
        var model = ArrivalModel(load: 1, jobs: jobs)
        (model.slots, model.meanDuration, model.squaredVariation) = (slots, meanDuration, variation)
        (model.estimateSpread, model.heavyShare) = (error, heavyShare)
        (model.heavyMemory, model.lightMemory, model.owners) = (heavyMemory, lightMemory, owners)
        (model.failingShare, model.cancelledShare) = (failing, cancelled)
        return model
    }
}

/// Policies of placement.
struct PlacementOptions: ParsableArguments {
    @Option(
        help: "Policies, separated by commas: \(OnlinePolicy.all.map(\.name).joined(separator: ", ")) (default: all).",
        transform: PlanValue.policies)
    var policy = OnlinePolicy.all

    @Option(help: "The policy berth: after so many seconds of waiting a job counts as e times shorter.")
    var ageing = 3600

    @Option(help: "The policy berth: after so many seconds of waiting a job is next.")
    var limit = 10_800

    func validate() throws {
        if !(1...10_000_000).contains(ageing) || !(1...10_000_000).contains(limit) {
            throw ValidationError("--ageing and --limit are numbers of seconds above 0")
        }
    }

    /// Those that are named, Berth's own as it is set.
    var policies: [OnlinePolicy] {
        policy.map { $0.name == "berth" ? .berth(ageing: .seconds(ageing), limit: .seconds(limit)) : $0 }
    }
}
