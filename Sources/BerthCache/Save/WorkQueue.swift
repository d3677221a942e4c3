internal import BerthSystem
internal import Synchronization

/// Numbers from 0 on, each given out once.
final class WorkQueue: Sendable {
    private let state: Mutex<Range<Int>>

    init(count: Int) { state = Mutex(0..<count) }

    /// Threads for such work: each holds a pack and a chunk or two, so memory is bounded on any machine.
    static var width: Int { min(Machine.processors, 4) }

    /// Lets several threads share the numbers below `count`; returns what each of them came to.
    ///
    /// `body` makes itself what a thread needs, and drains the queue. After a failure nobody gets another number.
    static func share<Result: Sendable>(
        _ count: Int, width: Int = WorkQueue.width, _ body: @Sendable @escaping (WorkQueue) throws -> Result
    ) async throws -> [Result] {
        let queue = WorkQueue(count: count)
        return try await inParallel(Array(0..<min(width, count)), limit: width) { _ in
            try await offload {
                do { return try body(queue) } catch {
                    queue.state.withLock { $0 = 0..<0 }
                    throw error
                }
            }
        }
    }

    /// Does `work` for one number after the other.
    func drain(_ work: (Int) throws -> Void) rethrows {
        while let next = state.withLock({ $0.popFirst() }) { try work(next) }
    }
}
