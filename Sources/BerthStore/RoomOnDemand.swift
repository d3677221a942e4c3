internal import BerthArchive
internal import BerthSystem
internal import Synchronization

/// Makes room while a batch of additions is under way and the disk is full; threads that meet that together make it once.
final class RoomOnDemand: Sendable {
    /// Nil where a full disk is the batch's end.
    private let make: (@Sendable (ByteCount) -> Bool)?
    private let rounds = Mutex(0)
    /// Frees at least so much at a time, and twice as much each time.
    private static let least: Int64 = 64 << 20
    private static let most = 6

    init(_ make: (@Sendable (ByteCount) -> Bool)?) { self.make = make }

    /// Does work that writes; throws `.noSpace` where nothing more can be freed.
    ///
    /// `bytes`: how much it writes, as far as that is known.
    func retrying<Value>(_ bytes: ByteCount, _ work: () throws -> Value) throws -> Value {
        guard let make else { return try work() }
        while true {
            let seen = rounds.withLock { $0 }
            do { return try work() } catch let error as BerthError where error.status == .noSpace {
                let isWorthATry = rounds.withLock { round in
                    // Somebody else made room meanwhile.
                    if round != seen { return true }
                    guard round < Self.most, make(ByteCount(max(bytes.value, Self.least << Int64(round)))) else {
                        return false
                    }
                    round += 1
                    return true
                }
                guard isWorthATry else { throw error }
            }
        }
    }
}
