internal import BerthSystem
internal import NIOCore
internal import Synchronization

/// Notices a client that sends or takes next to nothing, or never ends.
final class Pace: Sendable {
    private struct State {
        var since = ContinuousClock.now
        var bytes = 0
    }

    private let settings: ServeSettings
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    init(_ settings: ServeSettings) { self.settings = settings }

    /// Something came or went; throws `ServeFault.slow` where it was too little for too long.
    func beat(_ bytes: Int) throws {
        let isSlow = state.withLock { state in
            state.bytes += bytes
            if state.bytes >= settings.trickle {
                state = State()
                return false
            }
            return state.since.duration(to: .now) > settings.silence
        }
        guard !isSlow, start.duration(to: .now) <= settings.total else { throw ServeFault.slow }
    }

    /// What took our own time does not count as the client's.
    func rested() { state.withLock { $0.since = .now } }

    /// Closes a connection whose client takes nothing any more: a write to it would wait for ever.
    func watch(_ channel: any Channel) -> Task<Void, Never> {
        Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: settings.silence / 4)
                let since = state.withLock { $0.since }
                guard since.duration(to: .now) > settings.silence || start.duration(to: .now) > settings.total else {
                    continue
                }
                channel.close(promise: nil)
                return
            }
        }
    }
}
