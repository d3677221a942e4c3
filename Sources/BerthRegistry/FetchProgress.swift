internal import BerthArchive
internal import BerthReport
internal import BerthSystem
internal import Synchronization

/// Adds up what all transfers of one fetch have done, and says it.
final class FetchProgress: Sendable {
    private static let step = "fetch"
    private let sink: any ProgressSink
    private let done = Mutex<Int64>(0)

    init(_ sink: any ProgressSink) { self.sink = sink }

    func start(total: ByteCount?) { sink.report(.started(step: Self.step, total: total?.value, unit: .bytes)) }

    /// Goes on by a number of bytes; back by a negative one, where a transfer starts again.
    func move(by bytes: Int64) {
        guard bytes != 0 else { return }
        done.withLock { done in
            done += bytes
            sink.report(.moved(step: Self.step, done: done))
        }
    }

    /// Says that a file is tried again, and why.
    func retry(_ name: String, _ fault: Fault, at address: Address, wait: Duration) {
        let pause = wait > .seconds(1) ? " in \(wait.components.seconds) s" : ""
        sink.report(.said("trying \(name.escaped) again\(pause): \(fault) (\(address))"))
    }

    func end(files: Int, bytes: ByteCount) {
        sink.report(.ended(step: Self.step, note: "\(files) \(files == 1 ? "file" : "files"), \(bytes)"))
    }

    func fail(_ reason: String) { sink.report(.failed(step: Self.step, reason: reason)) }
}
