internal import Testing

@testable import BerthPlan

/// What jobs hold, and how warmth shortens them.
struct JobTests {
    @Test func `a heavy job holds a slot and the heavy token besides its demand`() {
        let job = Job(Job.ID("a"), duration: .init(.seconds(5)), weight: .heavy, demand: [.memory: 3])
        #expect(job.holds == [.memory: 3, .slots: 1, .heavy: 1])
        #expect(job.holds.fits(in: Machine(also: [.memory: 3]).capacity))
        #expect(!job.holds.fits(in: Machine(also: [.memory: 2]).capacity))
    }

    @Test func `what is warm shortens a job, never below zero`() {
        let image = Warmth("image")
        var job = Job(Job.ID("a"), duration: .init(.seconds(5)), affinities: [.init(image, saves: .seconds(2))])
        #expect(job.duration(warm: []) == .seconds(5))
        #expect(job.duration(warm: [image]) == .seconds(3))
        job.affinities.append(.init(image, saves: .seconds(9)))
        #expect(job.duration(warm: [image]) == .zero)
    }

    @Test func `amounts of zero are no amounts`() {
        let some: Amounts = [.memory: 2, .processors: 0]
        #expect(some - [.memory: 2] == [:])
        #expect(some.resources == [.memory])
    }
}
