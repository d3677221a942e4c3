internal import BerthReport
internal import Synchronization

/// Counts the bytes that all uploads of one step have brought; back where one begins anew.
final class TransferCounter: Sendable {
    private let step: String
    private let sink: any ProgressSink
    private let done = Mutex<Int64>(0)

    init(_ step: String, total: Int64, _ sink: any ProgressSink) {
        self.step = step
        self.sink = sink
        sink.report(.started(step: step, total: total, unit: .bytes))
    }

    func add(_ bytes: Int64) {
        guard bytes != 0 else { return }
        done.withLock { done in
            done += bytes
            sink.report(.moved(step: step, done: done))
        }
    }

    func end(_ note: String) { sink.report(.ended(step: step, note: note)) }

    func fail(_ reason: String) { sink.report(.failed(step: step, reason: reason)) }
}
