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
        self.init(bytes, at: 0)
    }

    /// From the 32 bytes at a place.
    package init(_ bytes: [UInt8], at start: Int) {
        func word(_ start: Int) -> UInt64 {
            var word: UInt64 = 0
            for index in start..<start + 8 { word = word << 8 | UInt64(bytes[index]) }
            return word
        }
        words = (word(start), word(start + 8), word(start + 16), word(start + 24))
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
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        append(to: &bytes)
        return bytes
    }

    /// Appends the 32 raw bytes.
    package func append(to bytes: inout [UInt8]) {
        func append(_ word: UInt64) {
            for shift in stride(from: UInt64(56), through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        append(words.0)
        append(words.1)
        append(words.2)
        append(words.3)
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
