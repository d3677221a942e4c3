internal import Synchronization
internal import Testing

@testable import BerthPlan

/// Plans as people see them: reasons, slots, steps, and the queue to compare with.
struct PlannerTests {
    private func job(_ name: String, _ seconds: Int, _ weight: Weight = .light, after: [String] = []) -> Job {
        Job(
            Job.ID(name), duration: .init(.seconds(seconds)), weight: weight,
            demand: [.memory: weight == .heavy ? 8 : 3], after: after.map { Job.ID($0) })
    }

    private let machine = Machine(also: [.memory: 12])

    private func id(_ name: String) -> Job.ID { Job.ID(name) }

    @Test func `each job has its times, its slot and its reason`() throws {
        let jobs = [
            job("h1", 10, .heavy), job("h2", 10, .heavy), job("l1", 4), job("l2", 16), job("last", 1, after: ["l2"]),
        ]
        let plan = try Planner().plan(jobs, on: machine)
        #expect(plan.makespan == .seconds(21))
        #expect(plan.gap == 0)
        #expect(plan.bound == plan.makespan)
        #expect(plan.assignments.map(\.job) == jobs.map(\.id))
        let reasons = plan.assignments.map(\.reason)
        let first = try #require(plan.assignments.prefix(2).first { $0.start == .zero })
        #expect(first.reason == .released)
        #expect(reasons.prefix(2).contains(.heavy(heldBy: first.job)))
        #expect(reasons[4] == .predecessors([id("l2")]))
        #expect(plan.assignments.allSatisfy { $0.slots.count == 1 && (1...2).contains($0.slots[0]) })
    }

    @Test func `a job that waits for a slot or for memory says who held it`() throws {
        let slots = try Planner().plan([job("a", 3), job("b", 5), job("c", 5)], on: machine)
        let waiting = try #require(slots.assignments.first { $0.start != .zero })
        let holder = try #require(slots.assignments.first { $0.end == waiting.start })
        #expect(waiting.reason == .resource(.slots, heldBy: [holder.job]))
        var large = job("large", 5)
        large.demand[.memory] = 10
        let memory = try Planner().plan([job("a", 3), large], on: machine)
        let second = try #require(memory.assignments.first { $0.start != .zero })
        let other = second.job == id("a") ? "large" : "a"
        #expect(second.reason == .resource(.memory, heldBy: [id(other)]))
    }

    @Test func `a job waits for an image that makes it end earlier, and says so`() throws {
        let image = Warmth("image")
        let jobs = [
            Job(id("pull"), duration: .init(.seconds(2)), warms: [image]),
            Job(id("test"), duration: .init(.seconds(10)), affinities: [Affinity(image, saves: .seconds(6))]),
        ]
        let plan = try Planner().plan(jobs, on: Machine())
        #expect(plan.makespan == .seconds(6))
        #expect(plan.gap == 0)
        #expect(plan.assignments[1].start == .seconds(2))
        #expect(plan.assignments[1].reason == .warmth(image, from: [id("pull")]))
    }

    @Test func `every reason of a plan names what really ended just then`() throws {
        for seed in UInt64(1)...40 {
            var random = SearchRandom(seed: seed)
            let jobs = (0..<12).map { index in
                var job = job("\(index)", 1 + random.below(9), random.below(3) == 0 ? .heavy : .light)
                job.predecessors = (0..<index).filter { _ in random.below(6) == 0 }.map { id("\($0)") }
                if random.below(5) == 0 { job.release = .seconds(random.below(20)) }
                return job
            }
            let plan = try Planner(Planner.Options(schedules: 20)).plan(jobs, on: machine)
            let ending = Dictionary(grouping: plan.assignments, by: \.end).mapValues { $0.map(\.job) }
            for (job, assignment) in zip(jobs, plan.assignments) {
                let ended = ending[assignment.start] ?? []
                let before = Set(ended).intersection(job.predecessors)
                let isTrue =
                    switch assignment.reason {
                    case .released: assignment.start == job.release
                    case .predecessors(let ids): !ids.isEmpty && Set(ids).isSubset(of: before)
                    case .resource(_, let ids): !ids.isEmpty && Set(ids).isSubset(of: ended)
                    case .heavy(let id): job.weight == .heavy && ended.contains(id)
                    case .warmth, .behind: false
                    }
                #expect(isTrue, "seed \(seed): \(assignment)")
            }
        }
    }

    @Test func `jobs that overlap never share a slot`() throws {
        for seed in UInt64(1)...20 {
            var random = SearchRandom(seed: seed)
            let jobs = (0..<30).map { index in
                var job = job("\(index)", 1 + random.below(9), random.below(3) == 0 ? .heavy : .light)
                if random.below(9) == 0 { job.demand[.slots] = 2 }
                return job
            }
            let planner = Planner(Planner.Options(schedules: 60, nodes: 60))
            let plan = try planner.plan(jobs, on: Machine(slots: 3, also: [.memory: 20]))
            for (index, one) in plan.assignments.enumerated() {
                #expect(one.slots.count == max(1, jobs[index].demand[.slots]))
                #expect(Set(one.slots).isSubset(of: [1, 2, 3]))
                for other in plan.assignments[..<index] where one.start < other.end && other.start < one.end {
                    #expect(Set(one.slots).isDisjoint(with: other.slots))
                }
            }
        }
    }

    @Test func `a seed and numbers of steps decide the plan`() throws {
        let problem = try RandomProblem(seed: 99, most: 60).problem()
        for nodes in [0, 500] {
            let options = Planner.Options(seed: 5, schedules: 900, nodes: nodes)
            #expect(Planner(options).plan(problem) == Planner(options).plan(problem))
        }
    }

    @Test func `being told to stop cuts the steps, and the plan says how many ran`() throws {
        let jobs = (0..<40).map { job("\($0)", 1 + $0 * 7 % 13, $0 % 3 == 0 ? .heavy : .light) }
        let whole = try Planner(Planner.Options(nodes: 3000)).plan(jobs, on: machine)
        let asked = Atomic(0)
        let cut = try Planner(
            Planner.Options(nodes: 3000), shouldStop: { asked.add(1, ordering: .relaxed).newValue > 4 }
        ).plan(jobs, on: machine)
        #expect(cut.steps <= whole.steps)
        #expect(cut.schedules > 0)
        #expect(cut.bound <= whole.makespan)
        let none = try Planner(shouldStop: { true }).plan(jobs, on: machine)
        #expect(none.nodes == 0)
        #expect(none.schedules > 0)
    }

    @Test func `nothing to do is a plan of no length`() throws {
        let plan = try Planner().plan([], on: machine)
        #expect(plan.makespan == .zero)
        #expect(plan.gap == 0)
        #expect(plan.assignments == [])
    }

    @Test func `the strict queue lets nobody overtake a job that does not fit`() throws {
        let jobs = [job("h1", 10, .heavy), job("h2", 10, .heavy), job("light", 10)]
        let queue = try StrictQueue.plan(jobs, on: machine)
        #expect(queue.assignments.map(\.start) == [.zero, .seconds(10), .seconds(10)])
        #expect(queue.assignments[1].reason == .heavy(heldBy: id("h1")))
        #expect(queue.assignments[2].reason == .behind(id("h2")))
        #expect(queue.method == .strictQueue)
        #expect(try Planner().plan(jobs, on: machine).makespan == .seconds(20))
    }
}
