/// Does `work` within `limit`; past it the work is cancelled and the error says what took too long.
package func within<Result: Sendable>(
    _ limit: Duration, _ what: String, remedy: String? = nil, _ work: @Sendable @escaping () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw BerthError(
                .temporary, "\(what) took longer than \(limit)", done: "it was ended",
                remedy: remedy ?? "run the same command again")
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw CancellationError() }
        return first
    }
}
