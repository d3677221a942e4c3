internal import BerthArchive
internal import BerthCache
internal import BerthReport
internal import BerthSystem

/// What `berth cache save` and `restore` show: what was done, and with which entry.
struct CacheEntryView: Report {
    private let done: String
    private let summary: EntrySummary
    /// Nil where a service has it.
    private let entry: CacheEntry?

    init(_ done: String, _ summary: EntrySummary, _ entry: CacheEntry?) {
        (self.done, self.summary, self.entry) = (done, summary, entry)
    }

    private struct Facts<Entry: Encodable>: Encodable {
        let done: String
        let entry: Entry
    }

    func encode(to encoder: any Encoder) throws {
        guard let entry else { return try Facts(done: done, entry: summary).encode(to: encoder) }
        try Facts(done: done, entry: entry).encode(to: encoder)
    }

    var identifiers: [String] { [summary.key.text] }

    var text: String {
        let added = entry.map { "; \($0.added) in the store were new" } ?? ""
        return "\(done): \(summary.key.text.escaped)\n  \(summary.files) files, \(summary.size)\(added); "
            + "scope \("\(summary.scope)".escaped)"
    }
}

/// What `berth cache list` shows.
struct CacheListView: Report {
    private let entries: [EntryFigures]

    init(_ entries: [EntryFigures]) { self.entries = entries }

    func encode(to encoder: any Encoder) throws { try entries.encode(to: encoder) }

    var identifiers: [String] { entries.map(\.entry.key.text) }

    var text: String {
        guard !entries.isEmpty else { return "no entries yet" }
        var table = Table([
            ("saved", .left), ("key", .left), ("scope", .left), ("files", .right), ("size", .right), ("stored", .right),
            ("alone", .right), ("hits", .right), ("last hit", .left), ("", .left),
        ])
        for figures in entries {
            let entry = figures.entry
            table.add([
                TimeText.of(entry.created), entry.key.text.escaped, "\(entry.scope)".escaped, "\(entry.files)",
                "\(entry.size)", ByteText.of(figures.stored), ByteText.of(figures.exclusive), "\(figures.hits)",
                figures.lastHit.map(TimeText.of) ?? "never", figures.state,
            ])
        }
        return table.lines.joined(separator: "\n")
    }
}

/// What `berth cache show` shows.
struct CacheShowView: Report {
    private let entries: [EntryFigures]

    init(_ entries: [EntryFigures]) { self.entries = entries }

    func encode(to encoder: any Encoder) throws { try entries.encode(to: encoder) }

    var identifiers: [String] { entries.map(\.id.hex) }

    var text: String { entries.map(Self.text).joined(separator: "\n\n") }

    private static func text(_ figures: EntryFigures) -> String {
        let entry = figures.entry
        let hits = "\(figures.hits)\(figures.lastHit.map { ", the last on \(TimeText.of($0))" } ?? "")"
        let stored =
            "\(ByteText.of(figures.stored)) in \(entry.packs.count) packs, "
            + "\(ByteText.of(figures.exclusive)) of them only for this entry"
        let facts = [
            ("scope", "\(entry.scope)".escaped), ("version", entry.version.escaped), ("id", figures.id.hex),
            ("saved", TimeText.of(entry.created)), ("made in", entry.cost.map(DurationText.of) ?? "nobody measured"),
            ("holds", "\(entry.files) files, \(entry.size)"), ("stored", stored),
            ("hits", hits), ("state", figures.state.isEmpty ? "may be evicted" : figures.state),
            ("content", "\(entry.identity)"),
        ]
        let lines = facts.map { name, text in "  \(name)\(String(repeating: " ", count: 8 - name.count))\(text)" }
        return ([entry.key.text.escaped] + lines).joined(separator: "\n")
    }
}

extension EntryFigures {
    /// What is special about it, for people.
    fileprivate var state: String {
        if !isWhole { return "damaged" }
        return hold ?? (closed == nil ? "" : "scope closed")
    }
}
