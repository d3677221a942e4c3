internal import BerthSystem

/// A Debian version, ordered as policy §5.6.12 says: epoch, upstream version, revision.
package struct DebianVersion: Sendable {
    /// The version as the archive writes it.
    package let text: String
    private let epoch: Int
    private let upstream: [UInt8]
    private let revision: [UInt8]

    /// Parses a version; throws `.usage` when it is empty, has an unreadable epoch or characters that none has.
    package init(_ text: some StringProtocol) throws {
        let units = Array(text.utf8)
        guard !units.isEmpty, units.allSatisfy(Self.isAllowed) else { throw Self.refused(String(text)) }
        var rest = units[...]
        if let colon = units.firstIndex(of: UInt8(ascii: ":")) {
            guard let epoch = Int(String(decoding: units[..<colon], as: UTF8.self)), epoch >= 0 else {
                throw Self.refused(String(text))
            }
            self.epoch = epoch
            rest = units[(colon + 1)...]
        } else {
            epoch = 0
        }
        if let dash = rest.lastIndex(of: UInt8(ascii: "-")) {
            upstream = Array(rest[..<dash])
            revision = Array(rest[(dash + 1)...])
        } else {
            upstream = Array(rest)
            revision = []
        }
        self.text = String(text)
    }

    private static func refused(_ text: String) -> BerthError {
        BerthError(
            .usage, "\"\(String(text.prefix(80)).escaped)\" is not a Debian version",
            remedy: "write it as the archive does: [epoch:]upstream[-revision]")
    }

    /// Letters, digits and `. + - : ~`; the archive also has a few `_` from long ago.
    private static func isAllowed(_ unit: UInt8) -> Bool {
        switch unit {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: ".+-:~_".utf8.contains(unit)
        }
    }

    /// The version without its epoch, as file names in the pool have it.
    package var withoutEpoch: String {
        text.firstIndex(of: ":").map { String(text[text.index(after: $0)...]) } ?? text
    }
}

extension DebianVersion: Comparable {
    package static func == (left: DebianVersion, right: DebianVersion) -> Bool {
        left.text == right.text || left.compared(to: right) == 0
    }

    package static func < (left: DebianVersion, right: DebianVersion) -> Bool { left.compared(to: right) < 0 }

    /// Negative, zero or positive, as strcmp(3) answers.
    private func compared(to other: DebianVersion) -> Int {
        if epoch != other.epoch { return epoch - other.epoch }
        let first = Self.compare(upstream, other.upstream)
        return first != 0 ? first : Self.compare(revision, other.revision)
    }

    /// Text and numbers by turns: text by `weight`, numbers by value.
    private static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var i = 0
        var j = 0
        while i < left.count || j < right.count {
            while (i < left.count && !isDigit(left[i])) || (j < right.count && !isDigit(right[j])) {
                let difference = weight(left, i) - weight(right, j)
                if difference != 0 { return difference }
                i += 1
                j += 1
            }
            let a = number(left, &i)
            let b = number(right, &j)
            if a.count != b.count { return a.count - b.count }
            if a != b { return a.lexicographicallyPrecedes(b) ? -1 : 1 }
        }
        return 0
    }

    /// A run of digits without its leading zeros; of any length, so that no number is too big.
    private static func number(_ text: [UInt8], _ index: inout Int) -> ArraySlice<UInt8> {
        while index < text.count && text[index] == UInt8(ascii: "0") { index += 1 }
        let start = index
        while index < text.count && isDigit(text[index]) { index += 1 }
        return text[start..<index]
    }

    /// `~` sorts before the end, the end (and a digit) before letters, letters before all else.
    private static func weight(_ text: [UInt8], _ index: Int) -> Int {
        guard index < text.count, !isDigit(text[index]) else { return 0 }
        switch text[index] {
        case UInt8(ascii: "~"): return -1
        case 0x41...0x5A, 0x61...0x7A: return Int(text[index])
        default: return Int(text[index]) + 256
        }
    }

    private static func isDigit(_ unit: UInt8) -> Bool { unit >= 0x30 && unit <= 0x39 }
}

extension DebianVersion: CustomStringConvertible {
    package var description: String { text }
}

extension DebianVersion: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
