internal import BerthArchive
internal import BerthCache
internal import BerthReport
internal import BerthSystem

/// What `berth cache restore` shows: the entry, the way that was taken, and why no cheaper one.
struct RestoredView: Report {
    private let done: String
    private let summary: EntrySummary
    /// All of it, where this process has the store.
    private let entry: CacheEntry?
    private let outcome: RestoreOutcome

    init(_ done: String, _ summary: EntrySummary, _ entry: CacheEntry?, _ outcome: RestoreOutcome) {
        (self.done, self.summary, self.entry, self.outcome) = (done, summary, entry, outcome)
    }

    private struct Facts<Entry: Encodable>: Encodable {
        let done: String
        let entry: Entry
        let restore: RestoreOutcome
    }

    func encode(to encoder: any Encoder) throws {
        if let entry {
            try Facts(done: done, entry: entry, restore: outcome).encode(to: encoder)
        } else {
            try Facts(done: done, entry: summary, restore: outcome).encode(to: encoder)
        }
    }

    var identifiers: [String] { [summary.key.text] }

    var text: String {
        let reasons = outcome.reasons.map { "\n  no cheaper way: \($0.escaped)" }.joined()
        return
            "\(done): \(summary.key.text.escaped)\n  \(summary.files) files, \(summary.size), by \(outcome.strategy.rawValue)"
            + " (\(outcome.written) written); scope \("\(summary.scope)".escaped)\(reasons)"
    }
}
