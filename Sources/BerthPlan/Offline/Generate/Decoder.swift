/// Turns a list of jobs into a schedule, as well as one knows how to.
///
/// Where durations are fixed: serial generation, then double justification — every job as late as the end allows, then as
/// early as possible again, which never makes a schedule longer and mostly makes it shorter (Valls, Ballestín and Quintanilla,
/// "Justification and RCPSP", EJOR 165, 2005). Where they depend on the start, time can't run backwards: the parallel
/// generator does it.
struct Decoder {
    let core: Core
    /// Schedules generated so far.
    private(set) var steps = 0
    private(set) var starts: ContiguousArray<Int>
    private(set) var ends: ContiguousArray<Int>
    /// The jobs by their starts in the last schedule: a list that gives it again.
    private(set) var sequence: ContiguousArray<Int>
    private var forward: SerialGenerator
    private var backward: SerialGenerator
    private var warm: WarmGenerator?
    private var keys: ContiguousArray<Int>

    init(_ core: Core) {
        self.core = core
        forward = SerialGenerator(core)
        backward = SerialGenerator(core.mirrored())
        warm = core.warming.map { WarmGenerator(core, $0) }
        starts = ContiguousArray(repeating: 0, count: core.count)
        ends = starts
        sequence = ContiguousArray(0..<core.count)
        keys = starts
    }

    /// Makes a schedule of a list in which each job comes after those it waits for, and says when it ends.
    mutating func decode(_ order: ContiguousArray<Int>, justify: Bool = true) -> Int {
        if warm != nil { return decodeWarm(order) }
        var makespan = forward.generate(order)
        steps += 1
        if justify {
            steps += 2
            for job in 0..<core.count { keys[job] = forward.ends[job] << Self.bits | job }
            sortKeys()
            for (place, key) in keys.enumerated() {
                sequence[core.count - 1 - place] = core.count - 1 - (key & Self.mask)
            }
            _ = backward.generate(sequence)
            for job in 0..<core.count {
                keys[job] = backward.ends[core.count - 1 - job] << Self.bits | (core.count - 1 - job)
            }
            sortKeys()
            for (place, key) in keys.enumerated() {
                sequence[core.count - 1 - place] = core.count - 1 - (key & Self.mask)
            }
            makespan = forward.generate(sequence)
        }
        keep(forward.starts, forward.ends)
        return makespan
    }

    private mutating func decodeWarm(_ order: ContiguousArray<Int>) -> Int {
        let makespan = warm?.generate(order) ?? 0
        steps += 1
        if let warm { keep(warm.starts, warm.ends) }
        return makespan
    }

    private mutating func keep(_ newStarts: ContiguousArray<Int>, _ newEnds: ContiguousArray<Int>) {
        for job in 0..<core.count {
            starts[job] = newStarts[job]
            ends[job] = newEnds[job]
            keys[job] = newStarts[job] << Self.bits | job
        }
        sortKeys()
        for (place, key) in keys.enumerated() { sequence[place] = key & Self.mask }
    }

    /// By insertion where there are few: they are nearly in order already.
    private mutating func sortKeys() {
        guard core.count <= 128 else { return keys.sort() }
        for place in 1..<max(1, core.count) {
            let key = keys[place]
            var hole = place
            while hole > 0, keys[hole - 1] > key {
                keys[hole] = keys[hole - 1]
                hole -= 1
            }
            keys[hole] = key
        }
    }

    /// A key is a time above a job's number.
    private static let bits = 14
    private static let mask = 1 << bits - 1
}
