package import BerthRegistry

/// Which registry is the shared tier of the cache, and how long anybody waits for it.
package struct TierSettings: Sendable {
    /// Where the entries lie.
    package let repository: Repository
    /// Whether it is spoken to over plain http.
    package var isInsecure = false
    /// Whether a local miss asks it.
    package var reads = true
    /// Whether what is saved here is sent there.
    package var writes = true
    /// The wait for the answer whether it has an entry.
    package var lookup: Duration = .seconds(10)
    /// The wait for an entry to come.
    package var receive: Duration = .seconds(600)
    /// The time that sending may take at the end of a save.
    package var send: Duration = .seconds(60)

    package init(repository: Repository) { self.repository = repository }

    /// Bounds for work that nobody has asked for: a registry in trouble costs less than a job gains by it.
    func patient(_ policy: FetchPolicy) -> FetchPolicy {
        var bounded = policy
        bounded.attempts = min(policy.attempts, 3)
        bounded.silence = min(policy.silence, .seconds(15))
        bounded.longestWait = min(policy.longestWait, .seconds(5))
        bounded.total = min(policy.total, receive)
        return bounded
    }
}
