/// What can happen to a queue and its machine.
package enum OnlineEvent: Sendable, Hashable {
    /// A job is ready to run; whoever holds the queue keeps it back until its predecessors have ended.
    ///
    /// `at` may lie before now, where word of it came late.
    case arrived(Job, at: Duration)
    case started(Job.ID)
    case ended(Job.ID)
    /// Gone from the queue, or stopped while it ran.
    case cancelled(Job.ID)
    case failed(Job.ID)
    /// The machine has other amounts now; running jobs go on, even where they hold more than there is.
    case capacityChanged(Amounts)
    /// Other images and caches are warm now.
    case warmthChanged(Set<Warmth>)
    /// The clock shows this moment.
    case advanced(to: Duration)
    /// The machine slept for so long until now: running jobs stood still, and nobody aged.
    case slept(Duration)
}

/// An event that can't have happened in this state; the state is as before.
package enum OnlineFault: Error, Hashable, Sendable, CustomStringConvertible {
    case duplicate(Job.ID)
    case notWaiting(Job.ID)
    case notRunning(Job.ID)
    case backwards(from: Duration, to: Duration)

    package var description: String {
        switch self {
        case .duplicate(let id): "job \(id) arrived twice: it waits or runs already; give each job its own name"
        case .notWaiting(let id): "job \(id) can't start: it does not wait here; report its arrival first"
        case .notRunning(let id): "job \(id) can't end: it does not run here; report its start first"
        case .backwards(let from, let to): "the clock went back from \(from) to \(to): use a monotonic clock"
        }
    }
}
