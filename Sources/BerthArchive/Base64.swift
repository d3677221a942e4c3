/// base64 with padding (RFC 4648 §4).
package enum Base64 {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    package static func encode(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for index in 0...3 {
                result.append(index <= group.count ? letters[Int(bits >> UInt32(18 - 6 * index) & 63)] : padding)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Nil for anything but the one way in which `encode` writes the bytes.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var bits: UInt32 = 0
        var count = 0
        var bytes: [UInt8] = []
        let units = Array(text.utf8)
        let digits = units.prefix { $0 != padding }
        for unit in digits {
            guard let value = value(unit) else { return nil }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        // One text for one value: two spellings of a hash would be two hashes.
        guard units.count.isMultiple(of: 4), units.count - digits.count <= 2, bits & (1 << UInt32(count) - 1) == 0,
            units[digits.endIndex...].allSatisfy({ $0 == padding }), digits.count % 4 != 1
        else { return nil }
        return bytes
    }

    private static func value(_ unit: UInt8) -> UInt32? {
        switch unit {
        case 0x41...0x5A: UInt32(unit - 0x41)
        case 0x61...0x7A: UInt32(unit - 0x61) + 26
        case 0x30...0x39: UInt32(unit - 0x30) + 52
        case 0x2B: 62
        case 0x2F: 63
        default: nil
        }
    }
}
