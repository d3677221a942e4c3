internal import Testing

@testable import BerthPlan

/// What the planner refuses, and what it takes off durations beforehand.
struct ProblemTests {
    private func faults(_ jobs: [Job], _ machine: Machine = Machine(also: [.memory: 10])) -> [PlanFault.Kind] {
        do throws(PlanFault) {
            _ = try Planner().plan(jobs, on: machine)
            return []
        } catch { return error.faults }
    }

    private func job(
        _ name: String, seconds: Int = 1, memory: Int = 1, after: [String] = [], release: Duration = .zero
    ) -> Job {
        Job(
            Job.ID(name), duration: .init(.seconds(seconds)), demand: [.memory: memory],
            after: after.map { Job.ID($0) }, release: release)
    }

    @Test func `all faults come out together`() {
        let (a, b, c) = (Job.ID("a"), Job.ID("b"), Job.ID("c"))
        let jobs = [
            job("a", seconds: -1), job("a"), job("b", memory: 11, after: ["x"]),
            job("c", memory: -1, release: .seconds(-2)),
        ]
        #expect(
            faults(jobs) == [
                .duplicate(a), .duration(a, .seconds(-1)), .neverFits(b, .memory, needs: 11, available: 10),
                .unknownPredecessor(b, Job.ID("x")), .release(c, .seconds(-2)), .negativeDemand(c, .memory, -1),
            ])
    }

    @Test func `a cycle is named as a path, and everything beside it is not`() {
        let jobs = [job("a", after: ["c"]), job("b", after: ["a"]), job("c", after: ["b"]), job("d", after: ["c"])]
        #expect(faults(jobs) == [.cycle([Job.ID("a"), Job.ID("c"), Job.ID("b")])])
        #expect(PlanFault([.cycle([Job.ID("a"), Job.ID("c")])]).description.contains("a waits for c waits for a"))
        #expect(faults([job("a", after: ["a"])]) == [.cycle([Job.ID("a")])])
    }

    @Test func `each group of jobs in cycles is named once, by its shortest way round, with all who are in it`() {
        let waits: KeyValuePairs = [
            "a": ["b", "c"], "b": ["a"], "c": ["d"], "d": ["a"], "e": ["a"], "f": ["g"], "g": ["f", "g"], "h": [],
        ]
        let found = faults(waits.map { job($0.key, after: $0.value) })
        let ids = { (names: String) in names.map { Job.ID(String($0)) } }
        #expect(found == [.cycle(ids("ab"), others: ids("cd")), .cycle(ids("fg"))])
        #expect(
            PlanFault(found).description == """
                jobs wait for each other: a waits for b waits for a; in circles with them: c, d
                jobs wait for each other: f waits for g waits for f
                """)
    }

    @Test(arguments: 1...40)
    func `jobs are in one circle exactly if each reaches the other`(seed: UInt64) {
        var random = SearchRandom(seed: seed)
        let count = 2 + random.below(9)
        let next = (0..<count).map { _ in (0..<random.below(3)).map { _ in random.below(count) } }
        var reach = next.map { Set($0) }
        for middle in 0..<count {
            for from in 0..<count where reach[from].contains(middle) { reach[from].formUnion(reach[middle]) }
        }
        let circles = Circle.all(in: next)
        let members = circles.map { Set($0.path + $0.others) }
        for from in 0..<count {
            let same = Set((0..<count).filter { reach[from].contains($0) && reach[$0].contains(from) })
            #expect(members.filter { $0.contains(from) } == (same.isEmpty ? [] : [same]), "\(next)")
        }
        for circle in circles {
            let way = circle.path + circle.path.prefix(1)
            #expect(zip(way, way.dropFirst()).allSatisfy { next[$0].contains($1) }, "\(next): \(circle)")
        }
    }

    @Test func `absurd times, machines and numbers of jobs are refused`() {
        let a = Job.ID("a")
        #expect(faults([job("a", seconds: .max)]) == [.duration(a, .seconds(Int.max))])
        #expect(faults([job("a", seconds: 36 * 86_400)]) == [.duration(a, .seconds(36 * 86_400))])
        #expect(faults([job("a", release: .seconds(36 * 86_400))]) == [.release(a, .seconds(36 * 86_400))])
        #expect(faults([], Machine(slots: 0)) == [.capacity(.slots, 0)])
        #expect(faults([], Machine(slots: .max)) == [.capacity(.slots, .max)])
        #expect(faults([], Machine(also: [.memory: -1])) == [.capacity(.memory, -1)])
        #expect(faults([job("a")], Machine(also: [:])) == [.neverFits(a, .memory, needs: 1, available: 0)])
        let warmth = Warmth("image")
        var saving = job("a")
        saving.affinities = [Affinity(warmth, saves: .seconds(-1))]
        #expect(faults([saving]) == [.saving(a, warmth, .seconds(-1))])
        #expect(faults((0...10_000).map { job("\($0)") }) == [.tooMany(10_001)])
    }

    @Test func `numbers that don't belong together are refused`() throws {
        #expect(throws: PlanFault([.shape])) {
            try Problem(durations: [1], demands: [], capacities: [1], predecessors: [[]])
        }
        #expect(throws: PlanFault([.shape])) {
            try Problem(durations: [1], demands: [[1, 2]], capacities: [1], predecessors: [[]])
        }
        #expect(throws: PlanFault([.unknownPredecessor(Job.ID("1"), Job.ID("8"))])) {
            try Problem(durations: [1], demands: [[1]], capacities: [1], predecessors: [[7]])
        }
    }

    @Test func `each fault says what is wrong in a line of its own`() {
        let a = Job.ID("a")
        let kinds: [PlanFault.Kind] = [
            .duplicate(a), .unknownPredecessor(a, Job.ID("b")), .cycle([a]),
            .neverFits(a, .memory, needs: 2, available: 1), .duration(a, .seconds(-1)),
            .saving(a, Warmth("w"), .seconds(-1)), .release(a, .seconds(-1)), .negativeDemand(a, .memory, -1),
            .capacity(.slots, 0), .tooMany(10_001), .line(3, "x"), .shape,
        ]
        let lines = PlanFault(kinds).description.split(separator: "\n")
        #expect(lines.count == kinds.count)
        #expect(Set(lines).count == kinds.count)
        #expect(lines[3] == "a can never run: it needs 2 of memory, and there is 1")
    }

    @Test func `what is sure to be warm is taken off at once, and the rest depends on the start`() throws {
        let (image, cache, other) = (Warmth("image"), Warmth("cache"), Warmth("other"))
        let saves = [image, cache, other].map { Affinity($0, saves: .seconds(2)) }
        let jobs = [
            Job(Job.ID("build"), duration: .init(.seconds(9)), affinities: saves, warms: [image]),
            Job(Job.ID("test"), duration: .init(.seconds(9)), after: [Job.ID("build")], affinities: saves),
            Job(Job.ID("lint"), duration: .init(.milliseconds(1500)), affinities: saves, warms: [cache]),
        ]
        let problem = try Problem(jobs, on: Machine(warm: [other]))
        #expect(problem.durations == [7_000, 5_000, 1])
        #expect(
            problem.warming?.sources == [
                .init(cache, warmers: [2], savings: [0: 2_000, 1: 2_000]),
                .init(image, warmers: [0], savings: [2: 2_000]),
            ])
    }
}
