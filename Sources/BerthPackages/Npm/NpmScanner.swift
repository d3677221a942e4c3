/// Takes a version or a part of a range apart, byte by byte, in npm's loose grammar.
struct NpmScanner {
    private var bytes: ArraySlice<UInt8>

    init(_ text: some StringProtocol) {
        bytes = Array(text.utf8)[...]
        while let last = bytes.last, Self.isSpace(last) { bytes.removeLast() }
        while let first = bytes.first, Self.isSpace(first) { bytes.removeFirst() }
    }

    var isAtEnd: Bool { bytes.isEmpty }

    /// Skips `v`, `=` and blanks, which may stand before a number.
    mutating func skipMarks() {
        bytes = bytes.drop { $0 == UInt8(ascii: "v") || $0 == UInt8(ascii: "=") || Self.isSpace($0) }
    }

    mutating func skipSpace() { bytes = bytes.drop(while: Self.isSpace) }

    /// Takes a text when it comes next.
    mutating func take(_ text: String) -> Bool {
        guard bytes.starts(with: text.utf8) else { return false }
        bytes = bytes.dropFirst(text.utf8.count)
        return true
    }

    /// Takes a whole number that npm can hold.
    mutating func number() -> Int? {
        let digits = bytes.prefix(while: Self.isDigit)
        guard let value = Int(String(decoding: digits, as: UTF8.self)), value <= NpmVersion.largest else { return nil }
        bytes = bytes.dropFirst(digits.count)
        return value
    }

    /// Takes `x`, `X` or `*`.
    mutating func wildcard() -> Bool { take("x") || take("X") || take("*") }

    /// What follows the patch number up to the end: a prerelease and build metadata; nil when it is neither.
    mutating func rest() -> [NpmVersion.Identifier]? {
        let parts = bytes.split(separator: UInt8(ascii: "+"), maxSplits: 1, omittingEmptySubsequences: false)
        bytes = []
        guard let first = parts.first else { return [] }
        if parts.count == 2, Self.words(parts[1]) == nil { return nil }
        if first.isEmpty { return [] }
        // The hyphen may be missing, and may itself be the first letter.
        if first.first == UInt8(ascii: "-"), let found = Self.words(first.dropFirst()) { return found }
        return Self.words(first)
    }

    private static func words(_ bytes: ArraySlice<UInt8>) -> [NpmVersion.Identifier]? {
        var result: [NpmVersion.Identifier] = []
        for part in bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard !part.isEmpty, part.allSatisfy({ isDigit($0) || isLetter($0) || $0 == UInt8(ascii: "-") }) else {
                return nil
            }
            let text = String(decoding: part, as: UTF8.self)
            if part.allSatisfy(isDigit), let value = Int(text) {
                result.append(.number(value))
            } else {
                result.append(.word(text))
            }
        }
        return result
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
