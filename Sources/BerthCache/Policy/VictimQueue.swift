internal import BerthArchive
internal import BerthStore
internal import BerthSystem

/// The algorithm's order among entries that are not dead.
///
/// LRU and FIFO need no memory; GDSF (Cherkasova 1998) adds `uses / size` to the last victim's priority; SIEVE (NSDI '24)
/// has a hand that goes from the oldest entry to the newest, spares whoever was hit since it last passed, and begins
/// again. What they remember lies in the log, so one eviction goes on where the last one stopped.
struct VictimQueue {
    private let algorithm: CachePolicy.Algorithm
    private(set) var state: CacheLog.Algorithm
    /// Whom SIEVE's hand passed and spared.
    private(set) var passed: [Digest] = []
    /// In the order of coming for SIEVE, else in the order of going.
    private var queue: [EvictionCandidate]
    private var spared: Set<Digest>

    /// `spared`: whom the hand passed earlier in the same eviction.
    init(
        _ candidates: [EvictionCandidate], _ algorithm: CachePolicy.Algorithm, _ state: CacheLog.Algorithm,
        spared: Set<Digest> = []
    ) {
        (self.algorithm, self.state, self.spared) = (algorithm, state, spared)
        queue = candidates.sorted { left, right in
            let (first, second) = (Self.rank(left, algorithm), Self.rank(right, algorithm))
            return first == second ? Self.place(left) < Self.place(right) : first < second
        }
    }

    private static func rank(_ candidate: EvictionCandidate, _ algorithm: CachePolicy.Algorithm) -> Double {
        switch algorithm {
        case .sieve, .fifo: Double(candidate.created)
        case .lru: Double(candidate.lastUse)
        case .gdsf: priority(candidate)
        }
    }

    private static func priority(_ candidate: EvictionCandidate) -> Double {
        (candidate.use?.floor ?? 0) + Double((candidate.use?.count ?? 0) + 1) * 1e6 / Double(max(1, candidate.size))
    }

    private static func place(_ candidate: EvictionCandidate) -> (Int64, Digest) { (candidate.created, candidate.id) }

    /// The next that goes; nil when none is left.
    mutating func next() -> (candidate: EvictionCandidate, detail: String)? {
        guard !queue.isEmpty else { return nil }
        switch algorithm {
        case .sieve: return sieve()
        case .fifo:
            let candidate = queue.removeFirst()
            return (candidate, "the oldest, saved \(TimeWords.of(candidate.created))")
        case .lru:
            let candidate = queue.removeFirst()
            return (candidate, "least recently used, on \(TimeWords.of(candidate.lastUse))")
        case .gdsf:
            let candidate = queue.removeFirst()
            state.inflation = max(state.inflation, Self.priority(candidate))
            return (candidate, "\(candidate.use?.count ?? 0) hits for \(ByteCount(candidate.size))")
        }
    }

    private mutating func sieve() -> (candidate: EvictionCandidate, detail: String)? {
        var index = start()
        // Everybody is spared once at most, so the second round ends it.
        for _ in 0...(2 * queue.count) {
            if index >= queue.count { index = 0 }
            let candidate = queue[index]
            if candidate.use?.isVisited == true, spared.insert(candidate.id).inserted {
                passed.append(candidate.id)
                index += 1
                continue
            }
            queue.remove(at: index)
            state.hand = index < queue.count ? Self.mark(queue[index]) : nil
            let hits = candidate.use.map { $0.count > 0 ? ", last on \(TimeWords.of($0.last))" : "" } ?? ""
            return (candidate, "not hit since the hand last passed\(hits)")
        }
        return nil
    }

    /// Where the hand points: the entry that it stopped at, or the next newer one.
    private func start() -> Int {
        guard let hand = state.hand else { return 0 }
        let parts = hand.split(separator: " ")
        guard parts.count == 2, let created = Int64(parts[0]), let id = try? Digest(hex: parts[1]) else { return 0 }
        return queue.firstIndex { Self.place($0) >= (created, id) } ?? 0
    }

    private static func mark(_ candidate: EvictionCandidate) -> String { "\(candidate.created) \(candidate.id.hex)" }
}
