/// What a file must hash to, as package registries say it (W3C Subresource Integrity): `sha512-<base64>`.
///
/// Of several hashes those of the strongest function count, and a file that fits any of them is right.
package struct Integrity: Sendable, Hashable {
    /// The strongest function that was named.
    package let algorithm: HashAlgorithm
    /// Raw results of that function, sorted.
    private let hashes: [[UInt8]]

    /// Parses one or several hashes with white space between; what follows a `?` is ignored.
    ///
    /// Strict: an unknown function, a hash of another length and base64 of another spelling are errors.
    package init(_ text: some StringProtocol) throws(IntegrityError) {
        var found: [HashAlgorithm: Set<[UInt8]>] = [:]
        for word in text.split(whereSeparator: { " \t\n\r".contains($0) }) {
            let (algorithm, hash) = try Self.parse(word)
            found[algorithm, default: []].insert(hash)
        }
        guard let (algorithm, hashes) = found.max(by: { $0.key < $1.key }) else {
            throw IntegrityError(text: String(text), reason: "it is empty")
        }
        self.algorithm = algorithm
        self.hashes = hashes.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// From raw bytes of one hash.
    package init(_ algorithm: HashAlgorithm, bytes: [UInt8]) {
        precondition(bytes.count == algorithm.byteCount, "a hash of another length")
        self.algorithm = algorithm
        hashes = [bytes]
    }

    /// From 40 hexadecimal digits of SHA-1, which is all that registries keep of very old files.
    package init(sha1 hex: some StringProtocol) throws(IntegrityError) {
        let digits = hex.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == 40, hex.utf8.count == 40 else {
            throw IntegrityError(text: String(hex), reason: "it has not 40 hexadecimal digits")
        }
        algorithm = .sha1
        hashes = [stride(from: 0, to: 40, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }]
    }

    private static func parse(_ word: some StringProtocol) throws(IntegrityError) -> (HashAlgorithm, [UInt8]) {
        let parts = word.prefix { $0 != "?" }.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let algorithm = HashAlgorithm(rawValue: String(parts[0])) else {
            throw IntegrityError(text: String(word), reason: "its hash function is not known")
        }
        guard let hash = Base64.decode(parts[1]), hash.count == algorithm.byteCount else {
            throw IntegrityError(text: String(word), reason: "it is not \(algorithm.byteCount) bytes in base64")
        }
        return (algorithm, hash)
    }

    /// What bytes in memory hash to.
    package static func of(_ bytes: [UInt8], _ algorithm: HashAlgorithm = .sha512) -> Integrity {
        var hasher = MessageHasher(algorithm)
        hasher.update(bytes)
        return Integrity(algorithm, bytes: hasher.finalize())
    }

    /// The digest of the one file that fits; nil where another function than SHA-256 or several hashes are promised.
    package var digest: Digest? { algorithm == .sha256 && hashes.count == 1 ? Digest(bytes: hashes[0]) : nil }

    /// Whether a raw result of `algorithm` is one of those promised.
    package func matches(_ hash: [UInt8]) -> Bool { hashes.contains(hash) }

    /// Whether no hash is stronger than SHA-1.
    package var isWeak: Bool { algorithm == .sha1 }
}

extension Integrity: CustomStringConvertible {
    /// In the form that is parsed, without options and weaker hashes.
    package var description: String {
        hashes.map { "\(algorithm.rawValue)-\(Base64.encode($0))" }.joined(separator: " ")
    }
}

extension Integrity: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A text that says of no file what it must hash to.
package struct IntegrityError: Error, CustomStringConvertible {
    package let text: String
    package let reason: String
    package var description: String { "\"\(text.prefix(120))\" is no integrity value: \(reason)" }
}
