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
        // Records of entries have a digest for each pack: this makes no array.
        var (words, count): ([4 of UInt64], Int) = ([0, 0, 0, 0], 0)
        for unit in hex.utf8 {
            guard count < 64, let value = Self.value(unit) else { throw DigestError(text: String(hex)) }
            words[count / 16] = words[count / 16] << 4 | UInt64(value)
            count += 1
        }
        guard count == 64 else { throw DigestError(text: String(hex)) }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// From 32 raw bytes; `Hasher` and base64 readers have them.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == 32, "a SHA-256 digest has 32 bytes")
        self.init(bytes, at: 0)
    }

    /// From the 32 bytes at a place.
    package init(_ bytes: [UInt8], at start: Int) {
        precondition(start >= 0 && bytes.count - start >= 32, "a SHA-256 digest has 32 bytes")
        words = unsafe bytes.withUnsafeBytes { bytes in
            func word(_ number: Int) -> UInt64 {
                UInt64(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: start + number * 8, as: UInt64.self))
            }
            return (word(0), word(1), word(2), word(3))
        }
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
        let words = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
        unsafe withUnsafeBytes(of: words) { unsafe bytes.append(contentsOf: $0) }
    }

    /// 64 lower-case hex digits: the file name of a blob.
    package var hex: String {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for word in [words.0, words.1, words.2, words.3] {
            for shift in stride(from: UInt64(60), through: 0, by: -4) {
                let digit = UInt8(word >> shift & 15)
                text.append(digit + (digit < 10 ? 0x30 : 0x61 - 10))
            }
        }
        return String(decoding: text, as: UTF8.self)
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

    package func hash(into hasher: inout Swift.Hasher) { hasher.combine(tableHash) }

    /// A hash for the tables of one run, in a part of the time of `hashValue`.
    ///
    /// All words count, each multiplied by a number that no other process has (multilinear hashing): a manifest from
    /// elsewhere may name digests that nobody computed, and must not be able to choose some that meet. Highest bits first,
    /// for those depend on most.
    package var tableHash: Int {
        let factors = Self.factors
        let sum = words.0 &* factors.0 &+ words.1 &* factors.1 &+ words.2 &* factors.2 &+ words.3 &* factors.3
        return Int(truncatingIfNeeded: sum.byteSwapped)
    }

    private static let factors = (odd(), odd(), odd(), odd())

    private static func odd() -> UInt64 { UInt64.random(in: .min ... .max) | 1 }
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
