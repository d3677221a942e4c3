internal import BerthDocument
package import BerthEngine
package import BerthPlan
internal import BerthSystem

/// How much of a machine jobs may use, and who says so: a flag, `berth.yaml`, the engine, or the host less a reserve.
package struct MachineSize: Sendable {
    /// A number with where it comes from, in words.
    package struct Part: Sendable, Equatable {
        package let value: Int
        package let source: String
    }

    package let slots: Part
    /// Bytes.
    package let memory: Part
    /// Thousandths.
    package let processors: Part

    /// What a command line or `berth.yaml` says; nil where it says nothing.
    package struct Wish: Sendable, Equatable {
        package var slots: Int?
        package var memory: Int?
        package var processors: Int?
        package var source: String

        package init(source: String, slots: Int? = nil, memory: Int? = nil, processors: Int? = nil) {
            (self.source, self.slots, self.memory, self.processors) = (source, slots, memory, processors)
        }
    }

    /// Kept for the system: a quarter, but at least 2 and at most 4 GiB.
    static func reserve(of memory: Int64) -> Int64 { min(4 << 30, max(2 << 30, memory / 4)) }

    /// The first wish that says something counts, then the engine, then the host.
    package init(_ wishes: [Wish], engine: EngineFacts? = nil, host: (memory: Int64, processors: Int)? = nil) {
        let host = host ?? (Machine.memory, Machine.processors)
        slots = Self.first(wishes, \.slots) ?? Part(value: 2, source: "default")
        let reserve = Self.reserve(of: host.memory)
        memory =
            Self.first(wishes, \.memory) ?? engine.flatMap { Self.memory(of: $0, below: host.memory - reserve) }
            ?? Part(
                value: Int(max(1 << 30, host.memory - reserve)),
                source: "this machine less \(reserve >> 20) MiB for itself")
        processors =
            Self.first(wishes, \.processors)
            ?? engine.map { Part(value: $0.processors * 1000, source: $0.kind.rawValue) }
            ?? Part(value: host.processors * 1000, source: "this machine")
    }

    /// A virtual machine's memory is the engine's to give; an engine without one shows the whole machine's.
    private static func memory(of engine: EngineFacts, below limit: Int64) -> Part? {
        engine.memory <= limit ? Part(value: Int(engine.memory), source: engine.kind.rawValue) : nil
    }

    private static func first(_ wishes: [Wish], _ part: (Wish) -> Int?) -> Part? {
        for wish in wishes { if let value = part(wish) { return Part(value: value, source: wish.source) } }
        return nil
    }

    /// The machine for the planner; processors are shared, so a job that wants more than there are gets all of them.
    package func machine(limits: Amounts = [:]) -> BerthPlan.Machine {
        var also = limits
        also[.memory] = memory.value
        also[.processors] = processors.value
        return BerthPlan.Machine(slots: slots.value, also: also)
    }
}
