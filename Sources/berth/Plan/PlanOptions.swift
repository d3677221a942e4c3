internal import ArgumentParser
internal import BerthEngine
internal import BerthPlan
internal import BerthRunner

/// What jobs share; each that is not named comes from berth.yaml, else the engine, else this machine less a reserve.
struct MachineOptions: ParsableArguments {
    @Option(help: "Slots: how many jobs run at once (default: berth.yaml, else 2).")
    var slots: Int?

    @Option(
        help:
            "Memory that jobs share, such as 12GiB (default: berth.yaml, the engine, or this machine less a reserve).",
        transform: PlanValue.bytes)
    var memory: Int?

    @Option(
        help: "Processors that jobs share, such as 8 or 2.5 (default: as for memory).",
        transform: PlanValue.processors)
    var cpus: Int?

    @Option(help: "Ask this engine for memory and processors: docker, podman, or a socket's address.")
    var engine: String?

    func validate() throws {
        if let slots, !(1...64).contains(slots) { throw ValidationError("--slots is a number from 1 to 64") }
    }

    /// What the flags say.
    var wish: MachineSize.Wish {
        .init(source: "by flag", slots: slots, memory: memory, processors: cpus)
    }

    /// With what a `berth.yaml` says; an engine that does not answer is an error only where it was named.
    func size(_ configured: MachineSize.Wish?) async throws -> MachineSize {
        let wishes = [wish] + (configured.map { [$0] } ?? [])
        let isSaid = wishes.contains { $0.memory != nil } && wishes.contains { $0.processors != nil }
        guard engine != nil || !isSaid else { return MachineSize(wishes) }
        do { return MachineSize(wishes, engine: try await Engines.open(engine).facts()) } catch {
            guard engine == nil else { throw error }
            return MachineSize(wishes)
        }
    }
}

/// How long and how a plan is searched for.
struct SearchOptions: ParsableArguments {
    @Option(
        help: "Time for the search, such as 200ms or 5s (default: a number of steps that suits the jobs).",
        transform: PlanValue.time)
    var budget: Duration?

    @Option(help: "Seed of the search; the same seed and steps give the same plan.")
    var seed: UInt64 = 1

    var options: Planner.Options { .init(seed: seed) }
}
