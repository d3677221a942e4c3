/// Letters and signs that take two columns of a terminal.
///
/// From `EastAsianWidth.txt` of Unicode 16 (UAX #11, values W and F), with what is not assigned between two of them, and
/// without those that Swift knows by itself: emoji.
enum WideScalars {
    static let ranges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2630...0x2637, 0x268A...0x268F, 0x2E80...0x303E, 0x3041...0x3247,
        0x3250...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE6B, 0xFF01...0xFF60,
        0xFFE0...0xFFE6, 0x16FE0...0x1B2FB, 0x1D300...0x1D376, 0x1F200...0x1F265, 0x20000...0x3FFFD,
    ]

    static func contains(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x1100 && ranges.contains { $0.contains(scalar.value) }
    }
}
