internal import BerthArchive
internal import BerthReport
internal import BerthStore
internal import BerthSystem

/// Makes room on a full disk for what comes into the cache: entries that are kept unpacked go first, then what nothing
/// needs, then entries in the policy's order.
struct RoomMaker: Sendable {
    let store: Store
    /// Whether entries may go: not for what can be made again.
    private let evicts: Bool

    init(_ store: Store, evicts: Bool = true) { (self.store, self.evicts) = (store, evicts) }

    /// Frees what costs nothing; where there is nothing of the kind, so many bytes by letting entries go.
    ///
    /// False where nothing went. Blocks. Never fails: whoever asked has an error already.
    func make(_ bytes: ByteCount) -> Bool {
        let dropped = ((try? HotFolder(store).trim(to: ByteCount(0))) ?? []).count
        if collect() > 0 || dropped > 0 { return true }
        guard evicts else { return false }
        let policy = (try? CachePolicy.find(for: store)) ?? CachePolicy()
        let gone = try? Evictor(store, policy).run(freeing: bytes, isDryRun: false)
        return collect() > 0 || (gone?.collected ?? 0) > 0
    }

    /// Removes what nothing needs at once; what this and other processes work with is leased.
    private func collect() -> Int64 {
        var policy = CollectionPolicy()
        (policy.grace, policy.derivedBudget, policy.reserve) = (0, ByteCount(0), ByteCount(0))
        return (try? store.collect(policy))?.freed.value ?? 0
    }

    /// Does work that writes into the store; where its disk is full, room is made for so many bytes, and it is done again
    /// from its beginning.
    func retrying<Value: Sendable>(
        _ bytes: ByteCount, _ work: () async throws -> Value
    ) async throws -> Value {
        // Once for what costs nothing, once for entries.
        for _ in 0..<2 {
            do { return try await work() } catch let error as BerthError where error.status == .noSpace {
                guard try await offload({ make(bytes) }) else { throw error }
            }
        }
        return try await work()
    }
}

extension Store {
    /// Begins additions to the cache: where the disk is full, room is made.
    func beginCaching(_ purpose: String) throws -> IngestSession {
        let maker = RoomMaker(self)
        return try beginIngest(purpose: purpose) { maker.make($0) }
    }
}
