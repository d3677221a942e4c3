internal import BerthArchive
internal import BerthSystem

extension Store {
    /// Does work that writes; when the disk is full, collects once, drops the derived files nobody uses, and tries again.
    ///
    /// Throws `.noSpace` when that frees nothing or is not enough.
    package func makingRoom<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
        do { return try await work() } catch let error as BerthError where error.status == .noSpace {
            let store = self
            var policy = CollectionPolicy()
            policy.derivedBudget = ByteCount(0)
            policy.reserve = ByteCount(0)
            let chosen = policy
            guard let report = try? await offload({ try store.collect(chosen) }), report.freed.value > 0 else {
                throw error
            }
            return try await work()
        }
    }
}
