package import BerthArchive

/// How a restore may go about its work.
package struct RestoreOptions: Sendable, Equatable {
    /// Ways to get a tree to its place, the cheapest first.
    package enum Strategy: String, Sendable, Equatable, Codable, CaseIterable {
        /// A btrfs snapshot of a hot entry: shares all, at once.
        case snapshot
        /// A mount that shows a hot entry and keeps what is written elsewhere; `berth cache release` ends it.
        case overlay
        /// Each file shares the blocks of a hot entry's file.
        case reflink
        /// Files are written from packs, by several threads.
        case unpack
    }

    /// What happens to what is at the place already.
    package enum Into: String, Sendable, Equatable, CaseIterable {
        /// It is replaced as a whole.
        case replace
        /// It becomes what the entry has: only what differs is written, what is too much goes.
        case existing
    }

    /// Nil: the cheapest that is possible, without mounting anything.
    package var strategy: Strategy?
    /// Hash all that is read, whether that was done earlier since the machine's start or not.
    package var verify = false
    package var into = Into.replace
    /// Most that hot entries may take on the disk together; nil for what the policy says.
    package var hotBudget: ByteCount?
    /// Whom the trees belong to once they are in their places; nil for whoever restores them.
    package var owner: TreeOwner?

    package init(strategy: Strategy? = nil, verify: Bool = false, into: Into = .replace) {
        (self.strategy, self.verify, self.into) = (strategy, verify, into)
    }
}

/// What a restore did.
package struct RestoreOutcome: Sendable, Equatable, Codable {
    /// How the trees got to their places.
    package var strategy: RestoreOptions.Strategy
    /// Why a cheaper way was not taken, one line each.
    package var reasons: [String] = []
    /// Bytes of files that were written.
    package var written = ByteCount(0)
    /// Bytes of files that were there, or are shared with the store.
    package var reused = ByteCount(0)
    /// What could not be cleared up afterwards, in words.
    package var notes: [String] = []

    package init(strategy: RestoreOptions.Strategy) { self.strategy = strategy }
}
