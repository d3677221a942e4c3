internal import BerthArchive

/// Which bytes which entries keep: what several share counts once, and goes with the last of them.
struct BlobLedger {
    private var holders: [Digest: Int] = [:]
    private var byRepository: [String: [Digest: Int]] = [:]
    private(set) var total: Int64 = 0
    private var totals: [String: Int64] = [:]

    init(_ candidates: [EvictionCandidate]) { for candidate in candidates { add(candidate) } }

    /// Bytes of a repository's entries; what two repositories share counts for both.
    func total(of repository: String) -> Int64 { totals[repository] ?? 0 }

    var repositories: [String] { totals.keys.sorted() }

    private mutating func add(_ candidate: EvictionCandidate) {
        for blob in candidate.blobs {
            holders[blob.digest, default: 0] += 1
            if holders[blob.digest] == 1 { total += blob.size }
            byRepository[candidate.repository, default: [:]][blob.digest, default: 0] += 1
            if byRepository[candidate.repository]?[blob.digest] == 1 {
                totals[candidate.repository, default: 0] += blob.size
            }
        }
    }

    /// Takes an entry out; returns the bytes that nothing keeps any more.
    mutating func remove(_ candidate: EvictionCandidate) -> Int64 {
        var freed: Int64 = 0
        for blob in candidate.blobs {
            if Self.drop(blob.digest, &holders) { freed += blob.size }
            if Self.drop(blob.digest, &byRepository[candidate.repository, default: [:]]) {
                totals[candidate.repository, default: 0] -= blob.size
            }
        }
        total -= freed
        return freed
    }

    /// What would be free if the entry went now.
    func exclusive(_ candidate: EvictionCandidate) -> Int64 {
        candidate.blobs.reduce(0) { $0 + (holders[$1.digest] == 1 ? $1.size : 0) }
    }

    private static func drop(_ digest: Digest, _ counts: inout [Digest: Int]) -> Bool {
        guard let count = counts[digest] else { return false }
        counts[digest] = count > 1 ? count - 1 : nil
        return count == 1
    }
}
