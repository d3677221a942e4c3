/// A SHA-256 digest, the only name that content has in the store.
///
/// Text form as OCI has it (image-spec, descriptor.md): `sha256:` and 64 lower-case hex digits.
package struct Digest: Sendable, Hashable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Parses `sha256:<hex>`; nothing else is a digest, so a path can't be smuggled in.
    package init(_ text: some StringProtocol) throws {
        guard text.hasPrefix("sha256:") else { throw DigestError(text: String(text)) }
        try self.init(hex: text.dropFirst(7))
    }

    /// Parses 64 lower-case hex digits.
    package init(hex: some StringProtocol) throws {
        var bytes: [UInt8] = []
        var high: UInt8?
        for unit in hex.utf8 {
            guard let value = Self.value(unit) else { throw DigestError(text: String(hex)) }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        guard bytes.count == 32, high == nil else { throw DigestError(text: String(hex)) }
        self.init(bytes: bytes)
    }

    /// From 32 raw bytes; `Hasher` and base64 readers have them.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == 32, "a SHA-256 digest has 32 bytes")
        func word(_ index: Int) -> UInt64 { bytes[index * 8..<index * 8 + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        words = (word(0), word(1), word(2), word(3))
    }

    /// The digest of bytes in memory.
    package static func of(_ bytes: [UInt8]) -> Digest {
        var hasher = Hasher()
        unsafe hasher.update(bytes.span.bytes)
        return hasher.finalize()
    }

    /// The digest of a text's UTF-8.
    package static func of(_ text: String) -> Digest { of(Array(text.utf8)) }

    /// 32 raw bytes.
    package var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) }
        }
    }

    /// 64 lower-case hex digits: the file name of a blob.
    package var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The first twelve hex digits, for people.
    package var short: String { String(hex.prefix(12)) }

    private static func value(_ unit: UInt8) -> UInt8? {
        switch unit {
        case 0x30...0x39: unit - 0x30
        case 0x61...0x66: unit - 0x61 + 10
        default: nil
        }
    }

    package static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

    package func hash(into hasher: inout Swift.Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }
}

extension Digest: Comparable {
    package static func < (left: Digest, right: Digest) -> Bool { left.words < right.words }
}

extension Digest: CustomStringConvertible {
    /// `sha256:<hex>`.
    package var description: String { "sha256:\(hex)" }
}

extension Digest: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A text that is no SHA-256 digest.
package struct DigestError: Error, CustomStringConvertible {
    package let text: String
    package var description: String { "\"\(text.prefix(80))\" is not a SHA-256 digest" }
}
