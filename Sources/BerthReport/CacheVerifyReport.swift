/// What `berth cache verify` found: each entry with what is wrong with it.
package struct CacheVerifyReport: Report {
    package struct Entry: Encodable, Sendable {
        package var key: String
        package var scope: String
        package var files: Int
        /// Of its files.
        package var size: Int64
        /// Packs and manifest.
        package var parts: Int
        package var problems: [String]

        package init(key: String, scope: String, files: Int, size: Int64, parts: Int, problems: [String]) {
            (self.key, self.scope, self.files, self.size) = (key, scope, files, size)
            (self.parts, self.problems) = (parts, problems)
        }
    }

    package var schema = "berth.cache-verify/1"
    package var entries: [Entry] = []

    package init() {}

    /// Entries that are not whole.
    package var damaged: Int { entries.count { !$0.problems.isEmpty } }

    package var identifiers: [String] { entries.filter { !$0.problems.isEmpty }.map(\.key) }

    package var text: String {
        let lines = entries.flatMap { entry in
            let head = "\(entry.key)  \(entry.scope)  \(entry.parts) parts, \(ByteText.of(entry.size))"
            return ["\(head): \(entry.problems.isEmpty ? "whole" : "DAMAGED")"] + entry.problems.map { "  \($0)" }
        }
        return (lines + ["\(entries.count) entries, \(damaged) damaged"]).joined(separator: "\n")
    }
}
