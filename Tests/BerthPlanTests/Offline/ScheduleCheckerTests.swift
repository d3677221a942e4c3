internal import Testing

@testable import BerthPlan

/// A checker that finds nothing is worth nothing: each breach by itself.
struct ScheduleCheckerTests {
    private func problem() throws -> Problem {
        try Problem(
            durations: [2, 3, 2], demands: [[1], [2], [1]], capacities: [2], predecessors: [[], [0], []],
            releases: [0, 0, 1], warming: Warming([.init(Warmth("image"), warmers: [0], savings: [1: 1])]))
    }

    private func breaches(_ starts: [Int], _ ends: [Int]) throws -> [ScheduleChecker.Breach] {
        ScheduleChecker(try problem()).breaches(of: Schedule(starts: starts, ends: ends))
    }

    @Test func `a valid schedule breaks nothing`() throws {
        #expect(try breaches([0, 3, 1], [2, 5, 3]) == [])
    }

    @Test func `each breach is named`() throws {
        #expect(try breaches([0, 3], [2, 5]) == [.count(starts: 2, ends: 2, jobs: 3)])
        #expect(try breaches([1, 3, 0], [3, 5, 2]) == [.startsBeforeRelease(job: 2)])
        #expect(try breaches([3, 0, 4], [5, 3, 6]) == [.startsBeforePredecessorEnds(job: 1, predecessor: 0)])
        #expect(try breaches([0, 3, 1], [2, 6, 3]) == [.duration(job: 1, is: 3, shouldBe: 2)])
        #expect(try breaches([0, 2, 1], [2, 4, 3]) == [.overload(resource: 0, at: 2, used: 3, capacity: 2)])
    }
}
