internal import Testing

@testable import BerthPlan

/// The figures of the policies on a small scale; docs/design/0017 has them on the full one.
struct PolicyFiguresTests {
    private static func compare(
        _ policies: [OnlinePolicy], load: Double, jobs: Int, seeds: ClosedRange<UInt64>, spread: Double = 0.5
    ) throws -> [PolicyComparison.Row] {
        var model = ArrivalModel(load: load, jobs: jobs)
        model.estimateSpread = spread
        let machine = Machine(slots: 2, also: [.memory: 12 << 30])
        return try PolicyComparison(policies, on: machine, traces: seeds.map { model.trace(seed: $0) }).rows
    }

    @Test func `waits under Berth's policy are shorter than under aged SJF, the longest ones too`() throws {
        let rows = try Self.compare([.agedSJF, .berth], load: 0.8, jobs: 3000, seeds: 301...306)
        let (aged, berth) = (rows[0], rows[1])
        #expect(rows.map(\.policy) == ["aged-sjf", "berth"])
        #expect(berth.meanWait < 0.8 * aged.meanWait)
        #expect(berth.meanLongestWait < aged.meanLongestWait)
        #expect(berth.longestWait <= aged.longestWait)
    }

    @Test func `waits are a fraction of those under FIFO, also with estimates that are wrong by a factor of e`() throws
    {
        func mean(_ policy: OnlinePolicy, spread: Double) throws -> Double {
            try Self.compare([policy], load: 0.7, jobs: 2000, seeds: 301...303, spread: spread)[0].meanWait
        }
        let (exact, wrong, fifo) = (
            try mean(.berth, spread: 0), try mean(.berth, spread: 1), try mean(.fifo, spread: 0)
        )
        #expect(exact < wrong)
        #expect(exact < 0.3 * fifo)
        #expect(wrong < 0.35 * fifo)
    }
}
