internal import BerthSystem

/// The exact name of an entry: data, never a path.
package struct CacheKey: Sendable, Hashable, Codable, CustomStringConvertible {
    package let text: String

    /// Parses a key: 1 to 512 characters without commas, as actions/cache has them (cache.ts, checkKey), and without
    /// control characters.
    package init(_ text: String) throws {
        let count = text.unicodeScalars.count
        let isPlain = text.unicodeScalars.allSatisfy { $0 != "," && $0.value >= 0x20 && $0.value != 0x7F }
        guard (1...512).contains(count), isPlain else {
            throw BerthError(
                .usage, "\"\(String(text.prefix(80)).escaped)\" is no cache key",
                remedy: "a key has 1 to 512 characters, none of them a comma or a control character")
        }
        self.text = text
    }

    package var description: String { text }

    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
