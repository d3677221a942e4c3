internal import Foundation

/// Searching in bytes that end with a NUL, at the speed of the C library also in a debug build.
extension [UInt8] {
    /// The first place of a byte at or after `start`.
    func offset(of unit: UInt8, from start: Int) -> Int? {
        guard start < count else { return nil }
        return withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return nil }
            return memchr(base + start, Int32(unit), buffer.count - start).map { UnsafeRawPointer($0) - base }
        }
    }

    /// The first place of a text at or after `start`; the array must end with a NUL.
    func offset(of text: String, from start: Int) -> Int? {
        guard start < count, last == 0 else { return nil }
        return withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return nil }
            let from = (base + start).assumingMemoryBound(to: CChar.self)
            return strstr(from, text).map { UnsafeRawPointer($0) - base }
        }
    }

    /// The text of a range, with broken UTF-8 repaired.
    func text(_ range: Range<Int>) -> String {
        withUnsafeBytes { String(decoding: $0[range], as: UTF8.self) }
    }

    /// Whether a range is a package name by itself, not a part of a longer one.
    func isWord(_ range: Range<Int>) -> Bool {
        let before = range.lowerBound == 0 || !Self.isNamePart(self[range.lowerBound - 1])
        return before && (range.upperBound >= count || !Self.isNamePart(self[range.upperBound]))
    }

    /// The start of the last line before the end of `limit` that begins with `prefix`.
    func lastLineStart(_ prefix: String, before limit: Int) -> Int? {
        var end = limit
        while end > 0 {
            var start = end - 1
            while start > 0 && self[start - 1] != 0x0A { start -= 1 }
            if self[start..<end].starts(with: prefix.utf8) { return start }
            end = start
        }
        return nil
    }

    /// Letters, digits and `+ - .` (policy §5.6.1).
    private static func isNamePart(_ unit: UInt8) -> Bool {
        switch unit {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E: true
        default: false
        }
    }
}
