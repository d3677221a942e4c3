internal import BerthArchive
internal import BerthCache
internal import BerthReport
internal import BerthSystem

/// What `berth cache push` shows: what became of each entry, and how much went over the network.
struct CachePushView: Report {
    private let entries: [PushedEntry]
    private let registry: String

    init(_ entries: [PushedEntry], to registry: String) { (self.entries, self.registry) = (entries, registry) }

    private struct Facts: Encodable {
        struct Entry: Encodable {
            let key: String
            let scope: Scope
            let version: String
            let fate: String
            let digest: String
            let sent: Int
            let sentBytes: Int64
            let found: Int
            let foundBytes: Int64
            let repackedBytes: Int64
        }

        let schema = "berth.cache-push/1"
        let registry: String
        let entries: [Entry]
    }

    func encode(to encoder: any Encoder) throws {
        let all = entries.map { pushed in
            Facts.Entry(
                key: pushed.entry.key.text, scope: pushed.entry.scope, version: pushed.entry.version,
                fate: Self.word(pushed.fate), digest: "\(pushed.digest)", sent: pushed.sent,
                sentBytes: pushed.sentBytes.value, found: pushed.found, foundBytes: pushed.foundBytes.value,
                repackedBytes: pushed.repacked.value)
        }
        try Facts(registry: registry, entries: all).encode(to: encoder)
    }

    private static func word(_ fate: PushedEntry.Fate) -> String {
        switch fate {
        case .sent: "sent"
        case .present: "present"
        case .taken: "taken"
        }
    }

    var identifiers: [String] { entries.map { "\($0.digest)" } }

    var text: String {
        guard !entries.isEmpty else { return "there are no entries to push" }
        return (["pushed to \(registry)"] + entries.flatMap(lines)).joined(separator: "\n")
    }

    private func lines(_ pushed: PushedEntry) -> [String] {
        let head = "  \(pushed.entry.key.text.escaped)  "
        switch pushed.fate {
        case .present: return [head + "was there already"]
        case .taken(let other): return [head + "has other content there (\(other.short))"]
        case .sent:
            let anew = pushed.repacked.value > 0 ? ", \(pushed.repacked) packed anew" : ""
            let there = pushed.found > 0 ? ", \(pushed.found) there already (\(pushed.foundBytes))" : ""
            return [head + "\(pushed.sent) blobs sent (\(pushed.sentBytes))\(there)\(anew)", "    \(pushed.digest)"]
        }
    }
}
