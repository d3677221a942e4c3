package import BerthArchive

/// How a collection decides.
package struct CollectionPolicy: Sendable {
    /// Unused content younger than this many seconds stays.
    package var grace: Int64 = 3600
    /// Derived files above this go, least recently used first.
    package var derivedBudget = ByteCount(5_000_000_000)
    /// Only say what would happen.
    package var isDryRun = false
    /// Seconds to wait for another collection, check or repair.
    package var patience: Double = 10
    /// Bytes kept in reserve, so that a full disk leaves room to collect.
    package var reserve = ByteCount(64 << 20)
    /// Records and names that count as gone already: what a dry run would remove before it collects.
    package var withoutRoots: Set<Digest> = []
    package var withoutNames: Set<String> = []

    /// An hour's grace, 5 GB of derived files, 64 MiB of reserve.
    package init() {}
}

/// What a collection did, or would do.
package struct CollectionReport: Sendable, Codable, Equatable {
    /// What became of one blob, and why.
    package struct Fate: Sendable, Codable, Equatable {
        package let digest: Digest
        package let size: ByteCount
        /// Seconds since it came into the store.
        package let age: Int64
        package let isRemoved: Bool
        package let reason: String
    }

    package internal(set) var isDryRun = false
    /// Every blob, by digest.
    package internal(set) var blobs: [Fate] = []
    /// Derived files that went for the budget, and their bytes.
    package internal(set) var derivedFiles = 0
    package internal(set) var derivedBytes = ByteCount(0)
    /// Derived files that stay.
    package internal(set) var derivedKept = ByteCount(0)
    /// Remains of ended processes, locks that are gone, and other cleaning, one line each.
    package internal(set) var cleaned: [String] = []
    /// What a person should know about the decisions.
    package internal(set) var notes: [String] = []

    /// Bytes that are free now: removed blobs and derived files.
    package var freed: ByteCount { derivedBytes + removed.reduce(ByteCount(0)) { $0 + $1.size } }

    /// Bytes of the blobs that stay.
    package var kept: ByteCount { blobs.reduce(ByteCount(0)) { $1.isRemoved ? $0 : $0 + $1.size } }

    /// The blobs that went.
    package var removed: [Fate] { blobs.filter(\.isRemoved) }
}
