internal import BerthArchive
internal import Synchronization

/// Notices when a transfer goes silent, or so slow that it never ends.
final class Heartbeat: Sendable {
    private struct State {
        var since = SuspendingClock.now
        var bytes: Int64 = 0
        var resting = false
        var patience: Duration?
    }

    private let state = Mutex(State())
    private let silence: Duration
    private let trickle: Int64
    private let end: SuspendingClock.Instant

    init(policy: FetchPolicy, until end: SuspendingClock.Instant) {
        self.end = end
        silence = policy.silence
        trickle = policy.trickle.value
    }

    /// Something arrived; single bytes do not start the time anew.
    func beat(bytes: Int64) {
        state.withLock { state in
            state.bytes += bytes
            if state.bytes >= trickle { state = State() }
        }
    }

    /// Starts the time anew: an answer came, a new request goes out.
    func restart() { state.withLock { $0 = State() } }

    /// All is sent: until something arrives the server may think for longer.
    func sentAll(_ patience: Duration) {
        state.withLock { state in
            state.since = .now
            state.patience = patience
        }
    }

    /// Runs `work`, whose time does not count as the server's: a slow disk is not a slow mirror.
    func resting<Result>(_ work: () async throws -> Result) async rethrows -> Result {
        state.withLock { $0.resting = true }
        defer {
            state.withLock { state in
                state.since = .now
                state.resting = false
            }
        }
        return try await work()
    }

    /// Throws a `Fault` once there was silence for too long.
    private func watch() async throws {
        while true {
            let (since, resting, patience) = state.withLock { ($0.since, $0.resting, $0.patience) }
            let silence = max(silence, patience ?? .zero)
            if !resting, since.duration(to: .now) >= silence {
                throw Fault.trouble("the server sent less than \(ByteCount(trickle)) in \(silence)")
            }
            if end <= .now { throw Fault.trouble("the transfer was too slow: the time for one file is over") }
            let next = resting ? SuspendingClock.now + silence : since + silence
            try await Task.sleep(until: min(next, end), tolerance: nil, clock: .suspending)
        }
    }

    /// Does `work` and ends it, with a `Fault`, when the server goes silent.
    static func watching<Result: Sendable>(
        _ policy: FetchPolicy, until end: SuspendingClock.Instant,
        _ work: @Sendable @escaping (Heartbeat) async throws -> Result
    ) async throws -> Result {
        let heart = Heartbeat(policy: policy, until: end)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await work(heart) }
            group.addTask {
                try await heart.watch()
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}
