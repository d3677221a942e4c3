internal import Dispatch

/// Threads for blocking work: files, C libraries, other programs' locks.
private let blockingQueue = DispatchQueue(label: "berth.blocking", attributes: .concurrent)

/// Runs blocking work on a thread of its own, so that the cooperative pool stays free.
package func offload<Result: Sendable>(_ work: @Sendable @escaping () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        blockingQueue.async { continuation.resume(with: Swift.Result { try work() }) }
    }
}

/// Does `work` for each item with at most `limit` under way; results stand in the items' order.
///
/// The first failure cancels the rest.
package func inParallel<Item: Sendable, Result: Sendable>(
    _ items: [Item], limit: Int, _ work: @Sendable @escaping (Item) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var waiting = items.enumerated().makeIterator()
        for _ in 0..<max(1, limit) {
            guard let (index, item) = waiting.next() else { break }
            group.addTask { (index, try await work(item)) }
        }
        var results: [(Int, Result)] = []
        while let result = try await group.next() {
            results.append(result)
            if let (index, item) = waiting.next() { group.addTask { (index, try await work(item)) } }
        }
        return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
