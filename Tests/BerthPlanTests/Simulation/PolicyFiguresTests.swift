internal import Testing

@testable import BerthPlan

/// The figures of the policies on a small scale; docs/design/0017 has them on the full one.
struct PolicyFiguresTests {
    private static let machine = Machine(slots: 2, also: [.memory: 12 << 30])

    private static func compare(_ policies: [OnlinePolicy], spread: Double = 0.5) throws -> [PolicyComparison.Row] {
        var model = ArrivalModel(load: 0.8, jobs: 2000)
        model.estimateSpread = spread
        let traces = (301...304 as ClosedRange<UInt64>).map { model.trace(seed: $0) }
        return try PolicyComparison(policies, on: machine, traces: traces).rows
    }

    @Test func `waits under Berth's policy are shorter than under aged SJF, and a fraction of those under FIFO`() throws
    {
        let rows = try Self.compare([.fifo, .agedSJF, .berth])
        let (fifo, aged, berth) = (rows[0], rows[1], rows[2])
        #expect(rows.map(\.policy) == ["fifo", "aged-sjf", "berth"])
        #expect(berth.meanWait < 0.8 * aged.meanWait)
        #expect(berth.meanWait < 0.3 * fifo.meanWait)
        #expect(berth.meanLongestWait < aged.meanLongestWait)
        #expect(berth.longestWait <= aged.longestWait)
    }

    @Test func `estimates that are wrong by a factor of e cost a part of the gain only`() throws {
        let (exact, wrong) = (try Self.compare([.berth], spread: 0)[0], try Self.compare([.berth], spread: 1)[0])
        let fifo = try Self.compare([.fifo])[0]
        #expect(exact.meanWait < wrong.meanWait)
        #expect(wrong.meanWait < 0.35 * fifo.meanWait)
        #expect(wrong.longestWait < 1.25 * exact.longestWait)
    }
}
