internal import BerthPackages
internal import BerthRegistry
internal import BerthSystem
internal import Synchronization

/// Remembers for one lock that npm's registry can't be reached, so that each further tool does not find out again.
final class RegistryReach: Sendable {
    private let failure = Mutex<BerthError?>(nil)

    /// Does what asks the registry; after a failure to reach it, throws that same one at once.
    func asking<Answer: Sendable>(_ body: () async throws -> Answer) async throws -> Answer {
        if let known = failure.withLock({ $0 }) { throw known }
        do { return try await body() } catch let error as BerthError where error.status == .temporary {
            failure.withLock { $0 = error }
            throw error
        }
    }
}

extension FetchPolicy {
    /// For what has an alternative: one more try, so that a night without this registry is no long night.
    static var impatient: FetchPolicy {
        var policy = FetchPolicy()
        policy.attempts = 2
        return policy
    }
}
