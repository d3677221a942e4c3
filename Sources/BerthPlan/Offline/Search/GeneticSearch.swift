/// Randomised search: a small population of lists that cross and mutate, each made better by double justification.
///
/// After Valls, Ballestín and Quintanilla, "A hybrid genetic algorithm for the RCPSP", EJOR 185 (2008); lists are always the
/// jobs by their starts, two-point crossover after Hartmann (1998), sampling with regret after Drexl (1991). When nothing
/// gets better for long, the population is drawn anew and only the best schedule stays.
struct GeneticSearch {
    /// A list and how good its schedule is.
    struct Member {
        var sequence: ContiguousArray<Int>
        var makespan: Int
        /// The sum of all ends, to tell schedules of the same makespan apart.
        var sum: Int
    }

    let core: Core
    private(set) var best: Incumbent
    var decoder: Decoder
    private var population: [Member] = []
    private var random: SearchRandom
    private var child: ContiguousArray<Int> = []
    private var taken: ContiguousArray<Bool>
    /// Children since the best schedule got better.
    private var stale = 0
    /// The member that gave the last child its beginning and end.
    private var parent = 0
    private let size: Int

    init(_ core: Core, decoder: Decoder, start: Incumbent, seed: UInt64) {
        (self.core, self.decoder, best) = (core, decoder, start)
        random = SearchRandom(seed: seed)
        taken = ContiguousArray(repeating: false, count: core.count)
        size = core.count > 200 ? 12 : 80
    }

    /// Searches until so many schedules were generated in all, the target is met, or it is told to stop.
    mutating func run(until steps: Int, target: Int, shouldStop: () -> Bool) {
        guard core.count > 1 else { return }
        while decoder.steps < steps, best.makespan > target, !shouldStop() {
            if population.count < size {
                sample()
            } else {
                breed()
            }
            accept(decoder.decode(child))
            if stale > 20 * size {
                population.removeAll()
                stale = 0
            }
        }
    }

    /// Takes a schedule that someone else found, each job as early as the others allow, where time alone decides that.
    ///
    /// Exact search backwards in time leaves jobs as late as they can be; nobody could say why.
    mutating func adopt(_ found: Incumbent) {
        guard core.warming == nil else {
            best = min(best, found)
            return
        }
        let list = (0..<core.count).sorted { (found.starts[$0], $0) < (found.starts[$1], $1) }
        let makespan = decoder.decode(ContiguousArray(list), justify: false)
        best = min(best, Incumbent(makespan: makespan, starts: decoder.starts, ends: decoder.ends))
    }

    /// Keeps the last schedule if it is new and no worse than its parent.
    private mutating func accept(_ makespan: Int) {
        let sum = decoder.ends.reduce(0, +)
        stale += 1
        if makespan < best.makespan {
            best = Incumbent(makespan: makespan, starts: decoder.starts, ends: decoder.ends)
            stale = 0
        }
        let member = Member(sequence: decoder.sequence, makespan: makespan, sum: sum)
        if population.count < size { return population.append(member) }
        // The child takes the place of the parent that it has most from, so that the population stays mixed.
        let isNew = !population.contains { $0.makespan == makespan && $0.sum == sum }
        if isNew, makespan <= population[parent].makespan { population[parent] = member }
    }

    private static func precedes(_ left: Member, _ right: Member) -> Bool {
        (left.makespan, left.sum) < (right.makespan, right.sum)
    }

    /// A list by chance: of the jobs that could be next, the one with the longest way to the end most likely.
    private mutating func sample() {
        child.removeAll(keepingCapacity: true)
        var open = (0..<core.count).map { core.predecessors.range($0).count }
        var ready = open.indices.filter { open[$0] == 0 }
        while !ready.isEmpty {
            let values = ready.map { core.tails[$0] + core.durations[$0] }
            let least = values.min() ?? 0
            let weights = values.map { Double($0 - least + 1) * Double($0 - least + 1) }
            var pick = random.unit() * weights.reduce(0, +)
            var chosen = 0
            while chosen < weights.count - 1, pick >= weights[chosen] {
                pick -= weights[chosen]
                chosen += 1
            }
            let job = ready.remove(at: chosen)
            child.append(job)
            for place in core.successors.range(job) {
                open[core.successors.items[place]] -= 1
                if open[core.successors.items[place]] == 0 { ready.append(core.successors.items[place]) }
            }
        }
    }

    /// A child of two members: the beginning and the end from one, the middle from the other.
    private mutating func breed() {
        parent = random.below(population.count)
        let mother = population[parent].sequence
        let father = population[tournament()].sequence
        let first = random.below(core.count)
        let second = random.below(core.count)
        child.removeAll(keepingCapacity: true)
        for job in 0..<core.count { taken[job] = false }
        fill(from: mother, upTo: min(first, second))
        fill(from: father, upTo: max(first, second))
        fill(from: mother, upTo: core.count)
        mutate()
    }

    private mutating func tournament() -> Int {
        let (left, right) = (random.below(population.count), random.below(population.count))
        return Self.precedes(population[left], population[right]) ? left : right
    }

    private mutating func fill(from sequence: ContiguousArray<Int>, upTo length: Int) {
        var place = 0
        while child.count < length, place < sequence.count {
            let job = sequence[place]
            if !taken[job] {
                taken[job] = true
                child.append(job)
            }
            place += 1
        }
    }

    /// Now and then moves a job forwards, as far as those it waits for allow.
    private mutating func mutate() {
        for place in 1..<core.count where random.below(12) == 0 {
            let job = child[place]
            var target = place
            let reach = 1 + random.below(4)
            while target > 0, place - target < reach, !waits(job, for: child[target - 1]) {
                child[target] = child[target - 1]
                target -= 1
            }
            child[target] = job
        }
    }

    private func waits(_ job: Int, for other: Int) -> Bool {
        for place in core.predecessors.range(job) where core.predecessors.items[place] == other { return true }
        return false
    }
}
