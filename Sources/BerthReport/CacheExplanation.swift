/// Why a key would be found or missed, with all that bears on it: the first finding is the answer.
package struct CacheExplanation: Report, Decodable {
    package enum Kind: String, Codable, Sendable {
        /// An entry has the key.
        case found
        /// An entry has the key, and its content is not whole.
        case damaged
        /// An entry had the key and was evicted.
        case evicted
        /// An entry of another scope has the key.
        case otherScope = "other-scope"
        /// An entry has the key and another version: other toolchain or paths.
        case otherToolchain = "other-toolchain"
        /// No entry has the key; one of its kind is the nearest.
        case nearest
        /// Nothing like it was ever here.
        case none
    }

    package struct Finding: Codable, Sendable {
        package var kind: Kind
        package var text: String

        package init(_ kind: Kind, _ text: String) { (self.kind, self.text) = (kind, text) }
    }

    package var schema = "berth.cache-explain/1"
    package var key: String
    /// Nil where any version was asked for.
    package var version: String?
    package var scopes: [String]
    package var findings: [Finding]
    package var notes: [String] = []

    package init(key: String, version: String?, scopes: [String], findings: [Finding]) {
        (self.key, self.version, self.scopes, self.findings) = (key, version, scopes, findings)
    }

    /// The first finding.
    package var answer: Kind { findings.first?.kind ?? .none }

    package var identifiers: [String] { [answer.rawValue] }

    package var text: String {
        let head = [
            "\(key)\(version.map { ", version \($0)" } ?? "")", "  looked in \(scopes.joined(separator: ", "))",
        ]
        let lines = findings.enumerated().map { "  \($0.offset == 0 ? "->" : "  ") \($0.element.text)" }
        return (head + lines + notes.map { "note: \($0)" }).joined(separator: "\n")
    }
}
