internal import BerthArchive
internal import BerthCache
internal import BerthReport
internal import BerthSystem

/// What `berth cache save` and `restore` show: what was done, and with which entry.
struct CacheEntryView: Report {
    private let done: String
    private let entry: CacheEntry

    init(_ done: String, _ entry: CacheEntry) { (self.done, self.entry) = (done, entry) }

    private struct Facts: Encodable {
        let done: String
        let entry: CacheEntry
    }

    func encode(to encoder: any Encoder) throws { try Facts(done: done, entry: entry).encode(to: encoder) }

    var identifiers: [String] { [entry.key.text] }

    var text: String {
        "\(done): \(entry.key.text.escaped)\n  \(entry.files) files, \(entry.size); \(entry.added) in the store were new; "
            + "scope \("\(entry.scope)".escaped)"
    }
}

/// What `berth cache list` shows.
struct CacheListView: Report {
    private let entries: [CacheEntry]

    init(_ entries: [CacheEntry]) { self.entries = entries }

    func encode(to encoder: any Encoder) throws { try entries.encode(to: encoder) }

    var identifiers: [String] { entries.map(\.key.text) }

    var text: String {
        guard !entries.isEmpty else { return "no entries yet" }
        var table = Table([
            ("saved", .left), ("key", .left), ("scope", .left), ("files", .right), ("size", .right), ("new", .right),
        ])
        for entry in entries {
            table.add([
                TimeText.of(entry.created), entry.key.text.escaped, "\(entry.scope)".escaped, "\(entry.files)",
                "\(entry.size)",
                "\(entry.added)",
            ])
        }
        return table.lines.joined(separator: "\n")
    }
}
