/// Hashes as Python's lockfiles write them: `sha256:` and hexadecimal digits.
enum HashText {
    private static let digits = [
        "md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128, "blake2b": 128, "blake2s": 64,
        "sha3_224": 56, "sha3_256": 64, "sha3_384": 96, "sha3_512": 128,
    ]

    /// The hash in lower case; nil when it is cut or no hash.
    static func checked(_ text: some StringProtocol) -> String? {
        let parts = text.lowercased().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let count = digits[String(parts[0])], parts[1].utf8.count == count,
            parts[1].utf8.allSatisfy(isHex)
        else { return nil }
        return "\(parts[0]):\(parts[1])"
    }

    static func isHex(_ unit: UInt8) -> Bool {
        (0x30...0x39).contains(unit) || (0x61...0x66).contains(unit) || (0x41...0x46).contains(unit)
    }
}
