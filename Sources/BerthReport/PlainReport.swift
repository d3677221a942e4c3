/// A few facts with names: what short commands answer.
package struct PlainReport: Report {
    /// One fact; `key` is its name in JSON.
    package struct Fact: Sendable {
        package let key: String
        package let text: String
        package init(_ key: String, _ text: String) {
            self.key = key
            self.text = text
        }
    }

    private let headline: String
    private let facts: [Fact]
    package let identifiers: [String]

    package init(_ headline: String, _ facts: [Fact], identifiers: [String] = []) {
        self.headline = headline
        self.facts = facts
        self.identifiers = identifiers
    }

    package var text: String {
        let width = facts.map(\.key.displayWidth).max() ?? 0
        let lines = facts.map { "  \($0.key.padded(to: width))  \($0.text)" }
        return ([headline] + lines).joined(separator: "\n")
    }

    /// A JSON object with a string for each fact.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Dictionary(facts.map { ($0.key, $0.text) }) { first, _ in first })
    }
}
