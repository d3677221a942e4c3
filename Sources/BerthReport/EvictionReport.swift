/// What `berth cache evict` does, or would do: every entry that goes, with its reason and what that frees.
package struct EvictionReport: Report {
    /// One entry.
    package struct Entry: Encodable, Sendable {
        package var key: String
        package var scope: String
        package var id: String
        package var saved: String
        package var reason: String
        /// The reason as a sentence.
        package var detail: String
        /// Bytes in the store with what it shares, and without.
        package var size: Int64
        package var freed: Int64

        package init(
            key: String, scope: String, id: String, saved: Int64, reason: String, detail: String, size: Int64,
            freed: Int64
        ) {
            (self.key, self.scope, self.id, self.saved) = (key, scope, id, TimeText.of(saved))
            (self.reason, self.detail, self.size, self.freed) = (reason, detail, size, freed)
        }
    }

    package var schema = "berth.cache-evict/1"
    package var isDryRun: Bool
    package var algorithm: String
    package var entries: [Entry] = []
    /// Bytes of all entries before and after, as they lie in the store.
    package var before: Int64
    package var after: Int64
    /// Bytes that the disk has back already; the rest goes with a collection after its grace period.
    package var collected: Int64?
    /// Bytes of files of entries that were kept unpacked and are not any more; nil where there were none.
    package var unpacked: Int64?
    package var notes: [String] = []

    package init(isDryRun: Bool, algorithm: String, before: Int64, after: Int64) {
        (self.isDryRun, self.algorithm, self.before, self.after) = (isDryRun, algorithm, before, after)
    }

    package var identifiers: [String] { entries.map(\.id) }

    package var text: String {
        var lines: [String] = []
        if !entries.isEmpty {
            var table = Table([
                ("key", .left), ("scope", .left), ("frees", .right), ("reason", .left), ("", .left),
            ])
            for entry in entries {
                table.add([entry.key, entry.scope, ByteText.of(entry.freed), entry.reason, entry.detail])
            }
            lines = table.lines + [""]
        }
        let verb = isDryRun ? "would go" : "went"
        let bytes = "\(ByteText.of(before)) \(isDryRun ? "would become" : "became") \(ByteText.of(after))"
        lines.append(
            entries.isEmpty ? "nothing has to go: \(ByteText.of(before))" : "\(entries.count) \(verb): \(bytes)")
        if let collected, collected < before - after {
            let rest = ByteText.of(before - after - collected)
            lines.append("\(ByteText.of(collected)) are free now; \(rest) with a collection after the grace period")
        }
        if let unpacked { lines.append("entries of \(ByteText.of(unpacked)) are not kept unpacked any more") }
        return (lines + notes.map { "note: \($0)" }).joined(separator: "\n")
    }
}
