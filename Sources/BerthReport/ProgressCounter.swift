internal import Synchronization

/// Counts what parallel tasks of one step have done, and tells the sink.
package final class ProgressCounter: Sendable {
    private let step: String
    private let sink: any ProgressSink
    private let done = Mutex<Int64>(0)

    package init(_ step: String, _ sink: any ProgressSink) {
        self.step = step
        self.sink = sink
    }

    /// Adds to what is done, in the step's unit.
    package func add(_ amount: Int64) {
        let now = done.withLock { total in
            total += amount
            return total
        }
        sink.report(.moved(step: step, done: now))
    }
}
