/// A number of bytes, never negative.
package struct ByteCount: Sendable, Hashable, Codable, Comparable {
    package let value: Int64

    package init(_ value: some BinaryInteger) { self.value = Int64(clamping: max(0, value)) }

    package init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer().decode(Int64.self)
        guard value >= 0 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a size is never negative"))
        }
        self.init(value)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }

    package static func < (left: ByteCount, right: ByteCount) -> Bool { left.value < right.value }

    package static func + (left: ByteCount, right: ByteCount) -> ByteCount { ByteCount(left.value + right.value) }
}

extension ByteCount: CustomStringConvertible {
    /// As people read it: `12.3 MB`, decimal units, as registries and Docker show sizes.
    package var description: String {
        let units = ["B", "kB", "MB", "GB", "TB"]
        var scaled = Double(value)
        var unit = 0
        while scaled >= 999.5 && unit < units.count - 1 {
            scaled /= 1000
            unit += 1
        }
        if unit == 0 { return "\(value) B" }
        let tenths = Int64((scaled * 10).rounded())
        return scaled < 99.95
            ? "\(tenths / 10).\(tenths % 10) \(units[unit])" : "\(Int64(scaled.rounded())) \(units[unit])"
    }
}
