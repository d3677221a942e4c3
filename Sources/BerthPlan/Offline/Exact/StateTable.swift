/// Partial schedules that were tried: what was tried before and was no worse need not be tried again.
///
/// The cutset rule (Stinson, Davis and Khumawala 1978; Demeulemeester and Herroelen, "New benchmark results for the
/// RCPSP", Management Science 43, 1997): of two partial schedules of the same jobs the one whose running jobs end earlier
/// can do all that the other can.
struct StateTable {
    /// The set of started jobs of each state, as bits.
    private var keys: ContiguousArray<UInt64> = []
    /// The state with the same place in `heads` that came before, or -1.
    private var links: ContiguousArray<Int32> = []
    private var times: ContiguousArray<Int> = []
    private var running: ContiguousArray<UInt64> = []
    /// Where the ends of the running jobs lie, in the order of their bits.
    private var offsets: ContiguousArray<Int> = []
    private var ends: ContiguousArray<Int> = []
    private var heads: ContiguousArray<Int32>
    private let most: Int

    /// A table of so many states at most; when it is full, nothing more is remembered.
    init(most: Int) {
        self.most = most
        heads = ContiguousArray(repeating: -1, count: 1 << 16)
    }

    /// Whether a state is no better than one from before; if it is better, it is remembered.
    ///
    /// - Parameters:
    ///   - started: The jobs that have started.
    ///   - time: The last moment at which one did.
    ///   - next: The first moment at which another can.
    ///   - active: Those that run on after `time`.
    ///   - allEnds: When each job ends, by its number.
    /// - Returns: Whether a state from before can do all that this one can.
    mutating func isDominated(
        started: UInt64, time: Int, next: Int, active: UInt64, allEnds: ContiguousArray<Int>
    ) -> Bool {
        let place = Int((started &* 0x9E37_79B9_7F4A_7C15) >> 48)
        var state = Int(heads[place])
        while state >= 0 {
            if keys[state] == started, times[state] < next, isNoLater(state, next, active, allEnds) { return true }
            state = Int(links[state])
        }
        guard keys.count < most else { return false }
        links.append(heads[place])
        heads[place] = Int32(keys.count)
        keys.append(started)
        times.append(time)
        running.append(active)
        offsets.append(ends.count)
        var bits = active
        while bits != 0 {
            ends.append(allEnds[bits.trailingZeroBitCount])
            bits &= bits - 1
        }
        return false
    }

    /// Whether every job that runs in a state ends no later than in the new one, or before anything else can start there.
    private func isNoLater(_ state: Int, _ next: Int, _ active: UInt64, _ allEnds: ContiguousArray<Int>) -> Bool {
        var place = offsets[state]
        var bits = running[state]
        while bits != 0 {
            let job = bits.trailingZeroBitCount
            let limit = active >> UInt64(job) & 1 == 1 ? max(next, allEnds[job]) : next
            if ends[place] > limit { return false }
            place += 1
            bits &= bits - 1
        }
        return true
    }
}
