/// What a service calls one lookup: so it tells the restore that follows from others of the same entry at the same time.
///
/// Sixteen hex digits by chance; who has another's learns nothing by it.
package struct LookupHandle: Sendable, Hashable {
    private let number: UInt64

    package init() { number = .random(in: .min ... .max) }

    /// Nil for what no service gave.
    package init?(_ text: String) {
        guard text.utf8.count == 16, let number = UInt64(text, radix: 16) else { return nil }
        self.number = number
    }

    package var text: String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

extension LookupHandle: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let handle = LookupHandle(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no name of a lookup")
        }
        self = handle
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
