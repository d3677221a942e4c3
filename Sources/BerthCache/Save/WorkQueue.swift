internal import BerthSystem
internal import Synchronization

/// Numbers from 0 on, each given out once.
final class WorkQueue: Sendable {
    private let state: Mutex<Range<Int>>

    init(count: Int) { state = Mutex(0..<count) }

    /// Threads for such work: each holds a pack and a chunk or two, so memory is bounded on any machine.
    static var width: Int { min(Machine.processors, 4) }

    /// Does `work` for one number after the other; after a failure nobody gets another one.
    func drain(_ work: (Int) throws -> Void) throws {
        while let next = state.withLock({ $0.popFirst() }) {
            do { try work(next) } catch {
                state.withLock { $0 = 0..<0 }
                throw error
            }
        }
    }
}
