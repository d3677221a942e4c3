internal import Foundation

/// Facts to show: one value, rendered as text for people and as JSON for programs.
///
/// JSON is a contract: fields are only ever added. Text may change.
package protocol Report: Encodable, Sendable {
    /// What a person reads, without a line break at the end.
    var text: String { get }
    /// What `-q` prints: identifiers only, one a line; nothing for a report without.
    var identifiers: [String] { get }
}

extension Report {
    /// The JSON form: sorted keys, dates as RFC 3339, sizes in bytes.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
