package import BerthReport
internal import Synchronization

/// Tells how long a search goes on, once somebody may begin to wonder: most searches end before.
package final class SearchProgress: Sendable {
    /// So long nothing is said.
    static let patience = Duration.milliseconds(500)
    /// What is said is so far apart at least: the search asks a thousand times as often.
    static let pause = Duration.milliseconds(100)
    private static let step = "search"

    private let sink: (any ProgressSink)?
    private let budget: Duration?
    private let elapsed: @Sendable () -> Duration
    /// When something was said last; nil before the first time.
    private let last = Mutex<Duration?>(nil)

    /// For a search that begins now, and ends within the budget, where there is one; `elapsed` is the time since then, by
    /// the machine's own clock where none is given.
    package init(_ sink: (any ProgressSink)?, budget: Duration?, elapsed: (@Sendable () -> Duration)? = nil) {
        let begin = ContinuousClock.now
        (self.sink, self.budget) = (sink, budget)
        self.elapsed = elapsed ?? { ContinuousClock.now - begin }
    }

    /// The same question, which looks at the clock each time it is asked; the question itself where nobody wants to know.
    package func watching(_ shouldStop: @escaping @Sendable () -> Bool) -> @Sendable () -> Bool {
        guard sink != nil else { return shouldStop }
        return {
            self.look()
            return shouldStop()
        }
    }

    /// The search is over.
    package func end() {
        guard last.withLock({ $0 }) != nil else { return }
        sink?.report(.ended(step: Self.step, note: DurationText.of(elapsed().inSeconds)))
    }

    private func look() {
        let now = elapsed()
        guard now >= Self.patience else { return }
        last.withLock { last in
            if let last, now - last < Self.pause { return }
            if last == nil {
                sink?.report(.started(step: Self.step, total: budget?.inMilliseconds, unit: .milliseconds))
            }
            sink?.report(.moved(step: Self.step, done: now.inMilliseconds))
            last = now
        }
    }
}

extension Duration {
    /// Whole milliseconds.
    fileprivate var inMilliseconds: Int64 { Int64(inSeconds * 1000) }
}
