internal import GRDB
internal import Synchronization

/// The history's file, kept open from its first use on by all who share this.
///
/// Whoever closes it as the last one writes SQLite's journal back and waits for the disk: a command that uses it ten times
/// does that once.
final class KeptHistory: Sendable {
    private struct Open {
        var durable: DatabaseQueue?
        var quick: DatabaseQueue?
    }

    private let open = Mutex(Open())

    /// The connection for writes that last or, `isQuick`, for all others; `make` opens it.
    func queue(isQuick: Bool, _ make: () throws -> DatabaseQueue) rethrows -> DatabaseQueue {
        try open.withLock { open in
            if let known = isQuick ? open.quick : open.durable { return known }
            let made = try make()
            if isQuick { open.quick = made } else { open.durable = made }
            return made
        }
    }
}
