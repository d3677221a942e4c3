/// What is needed to prove that nothing is shorter: bounds by windows, and exact search in both directions of time.
struct Proof {
    enum Direction { case forwards, backwards }

    /// What an exact search came to.
    struct Result {
        var found: Incumbent?
        var isComplete: Bool
        var nodes: Int
    }

    private let core: Core
    private let sides: [Direction: Side]

    /// States that the exact search remembers at most.
    private static let states = 1 << 20

    init(_ core: Core) {
        self.core = core
        let contracted = core.contracted()
        var sides: [Direction: Side] = [.forwards: Side(contracted)]
        // Where durations depend on the start, time can't run backwards. Nor where a job has a release: backwards that is time
        // after its end that no other job makes good, so of two states the one that ends earlier may be the worse one,
        // and the table of states would cut what is shorter.
        if core.warming == nil, contracted.releases.allSatisfy({ $0 == 0 }) {
            sides[.backwards] = Side(contracted.mirrored())
        }
        self.sides = sides
    }

    /// The directions in which exact search is possible.
    ///
    /// None where a job that takes no time makes something warm: it would be left out of the search.
    var directions: [Direction] {
        let warmers = core.warming?.sources.flatMap(\.warmers) ?? []
        guard warmers.allSatisfy({ core.durations[$0] > 0 }) else { return [] }
        return [.forwards, .backwards].filter { sides[$0].map { BranchAndBound.canSearch($0.core) } ?? false }
    }

    /// The highest bound that windows can prove, by halving what lies between a bound and a makespan.
    ///
    /// It stops when what is left is a thousandth: the last ticks cost as much as the first half.
    func bound(from bound: Int, below makespan: Int, _ shouldStop: () -> Bool) -> Int {
        guard let side = sides[.forwards] else { return bound }
        var (low, high) = (bound, makespan)
        while low < high, high - low > makespan / 1000, !shouldStop() {
            let target = high == makespan ? makespan - 1 : low + (high - low) / 2
            var windows = Windows(side.core, side.limits, side.exclusion, target: target)
            if windows.tighten(rounds: 10) {
                high = target
            } else {
                low = target + 1
            }
        }
        return low
    }

    /// Searches for a schedule that ends before a makespan.
    func search(_ direction: Direction, below makespan: Int, nodes: Int, _ shouldStop: () -> Bool) -> Result {
        guard let side = sides[direction], let forwards = sides[.forwards] else {
            return Result(found: nil, isComplete: false, nodes: 0)
        }
        var search = BranchAndBound(side.core, side.limits, side.exclusion, below: makespan, states: Self.states)
        search.run(nodes: nodes, shouldStop: shouldStop)
        let found = search.found.map { found in
            core.expanded(direction == .forwards ? found : found.mirrored, of: forwards.core)
        }
        return Result(found: found, isComplete: search.isComplete, nodes: search.nodes)
    }
}

/// A core without jobs that take no time, with its limits.
private struct Side {
    let core: Core
    let limits: [WorkLimit]
    let exclusion: Exclusion

    /// Looks at a job in a span of time that one round over all limits may take.
    private static let effort = 30_000_000

    init(_ core: Core) {
        self.core = core
        exclusion = Exclusion(core)
        // Energetic reasoning takes the cube of the number of jobs for each limit.
        let affordable = Self.effort / max(1, 4 * core.count * core.count * core.count)
        limits = Array((exclusion.cliques(core, atMost: 6) + WorkLimit.all(of: core)).prefix(max(1, affordable)))
    }
}

extension Incumbent {
    /// The same with time running backwards from its end, job `i` being job `count - 1 - i`.
    var mirrored: Incumbent {
        Incumbent(
            makespan: makespan, starts: ContiguousArray(ends.reversed().map { makespan - $0 }),
            ends: ContiguousArray(starts.reversed().map { makespan - $0 }))
    }
}
