/// How a run ended.
package enum RunEnding: String, Sendable, Hashable, CaseIterable {
    case succeeded
    case failed
    case cancelled
    /// Killed because it ran longer than its limit.
    case timedOut
    /// Killed because it took more memory than its limit.
    case outOfMemory
}

/// One run, as the history keeps it.
package struct RunRecord: Sendable, Hashable {
    package var key: RunKey
    /// When it ended, in seconds since 1970.
    package var at: Int64
    package var ending: RunEnding
    /// From start to end, in seconds of the wall clock.
    package var seconds: Double
    /// How many of them the host slept; such a run is not learned from.
    package var slept: Double
    /// Bytes of memory at its peak; nil where nobody measured.
    package var peak: Int?

    package init(
        _ key: RunKey, at: Int64, ending: RunEnding = .succeeded, seconds: Double, slept: Double = 0, peak: Int? = nil
    ) {
        (self.key, self.at, self.ending) = (key, at, ending)
        (self.seconds, self.slept, self.peak) = (seconds, slept, peak)
    }

    /// Whether its duration says how long such a run takes when all goes well.
    var teachesDuration: Bool { ending == .succeeded && slept <= 0 && seconds.isFinite && seconds >= 0 }
}

/// Where runs are kept: `history.sqlite`, or a list in a test.
package protocol RunRecords {
    /// The newest runs whose keys agree with this one at a level, newest first.
    func newest(_ count: Int, like key: RunKey, at level: KeyLevel) throws -> [RunRecord]
}

/// Runs in memory.
package struct RunList: RunRecords, Sendable {
    /// Newest first; of one second, the one that was added last.
    private let records: [RunRecord]

    package init(_ records: [RunRecord]) {
        self.records = records.enumerated().sorted { ($0.element.at, $0.offset) > ($1.element.at, $1.offset) }
            .map(\.element)
    }

    package func newest(_ count: Int, like key: RunKey, at level: KeyLevel) -> [RunRecord] {
        Array(records.lazy.filter { $0.key.agrees(with: key, at: level) }.prefix(count))
    }
}
