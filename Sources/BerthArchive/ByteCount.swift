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

    /// Stops at the largest number: sizes are read from documents that others wrote.
    package static func + (left: ByteCount, right: ByteCount) -> ByteCount {
        let (sum, isTooMuch) = left.value.addingReportingOverflow(right.value)
        return ByteCount(isTooMuch ? .max : sum)
    }
}

extension ByteCount {
    /// Reads a size as a person writes it: `20GB`, `1.5 MB`, `500000000`, in decimal units; nil for anything else.
    package init?(parsing text: String) {
        // By hand: a save reads a policy, and making ready a regular expression takes longer than all else of that.
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard let first = parts.first, (1...15).contains(first.count), let whole = Double(first), parts.count <= 2,
            parts.dropFirst().allSatisfy({ (1...3).contains($0.count) })
        else { return nil }
        let unit = text.dropFirst(number.count)
        guard let factor = Self.units[unit.hasPrefix(" ") ? unit.dropFirst() : unit] else { return nil }
        let fraction = parts.dropFirst().first.flatMap { Double("0.\($0)") } ?? 0
        let bytes = (whole + fraction) * factor
        guard bytes < 9e18 else { return nil }
        self.init(Int64(bytes))
    }

    private static let units: [Substring: Double] = [
        "": 1, "B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
    ]
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
