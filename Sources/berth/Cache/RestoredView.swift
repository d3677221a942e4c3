internal import BerthArchive
internal import BerthCache
internal import BerthReport
internal import BerthSystem

/// What `berth cache restore` shows: the entry, the way that was taken, and why no cheaper one.
struct RestoredView: Report {
    private let done: String
    private let entry: CacheEntry
    private let outcome: RestoreOutcome

    init(_ done: String, _ entry: CacheEntry, _ outcome: RestoreOutcome) {
        (self.done, self.entry, self.outcome) = (done, entry, outcome)
    }

    private struct Facts: Encodable {
        let done: String
        let entry: CacheEntry
        let restore: RestoreOutcome
    }

    func encode(to encoder: any Encoder) throws {
        try Facts(done: done, entry: entry, restore: outcome).encode(to: encoder)
    }

    var identifiers: [String] { [entry.key.text] }

    var text: String {
        let reasons = outcome.reasons.map { "\n  no cheaper way: \($0.escaped)" }.joined()
        return "\(done): \(entry.key.text.escaped)\n  \(entry.files) files, \(entry.size), by \(outcome.strategy.rawValue)"
            + " (\(outcome.written) written); scope \("\(entry.scope)".escaped)\(reasons)"
    }
}
