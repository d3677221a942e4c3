internal import BerthArchive
internal import BerthSystem
internal import Synchronization
internal import SystemPackage

/// Bytes that saves under way may still write: claimed before they are accepted, so that several saves at once can't fill
/// the disk that each of them found free.
final class SpaceLedger: Sendable {
    private let place: FilePath
    private let keepFree: Int64
    private let claimed = Mutex<Int64>(0)

    init(_ place: FilePath, keepFree: ByteCount) { (self.place, self.keepFree) = (place, keepFree.value) }

    /// Throws `.noSpace` where the disk would have less left than it should.
    fileprivate func claim(_ bytes: Int64) throws {
        let free = try Files.freeSpace(place)
        let isGranted = claimed.withLock { claimed in
            guard free - claimed - bytes >= keepFree else { return false }
            claimed += bytes
            return true
        }
        guard isGranted else {
            throw BerthError(
                .noSpace, "the disk of the cache has \(ByteCount(free)) left, and \(ByteCount(keepFree)) stay free",
                done: "nothing was saved",
                remedy: "free some space (berth store gc), or lower --keep-free of berth serve")
        }
    }

    fileprivate func release(_ bytes: Int64) { claimed.withLock { $0 -= bytes } }
}

/// The space of one save: claimed piece by piece, given back when it ends.
final class SpaceClaim: Sendable {
    private static let step: Int64 = 64 << 20
    private let ledger: SpaceLedger
    private let limit: ByteCount
    private let state = Mutex(State())

    private struct State {
        /// Claimed and not yet come.
        var left: Int64 = 0
        var taken: Int64 = 0
    }

    init(_ ledger: SpaceLedger, limit: ByteCount) throws {
        (self.ledger, self.limit) = (ledger, limit)
        try take(0)
    }

    deinit { ledger.release(state.withLock { $0.left }) }

    /// Counts bytes before they are written; throws `ServeFault.tooLarge` beyond the limit.
    func take(_ bytes: Int) throws {
        try state.withLock { state in
            guard state.taken + Int64(bytes) <= limit.value else { throw ServeFault.tooLarge(limit) }
            if state.left < Int64(bytes) || state.taken == 0 && state.left == 0 {
                let more = max(Self.step, Int64(bytes))
                try ledger.claim(more)
                state.left += more
            }
            state.left -= Int64(bytes)
            state.taken += Int64(bytes)
        }
    }
}
