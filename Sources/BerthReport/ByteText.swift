/// Sizes as people read them: decimal units with one digit behind the point below a hundred.
package enum ByteText {
    package static func of(_ value: Int64) -> String {
        let units = ["B", "kB", "MB", "GB", "TB"]
        var scaled = Double(value)
        var unit = 0
        while abs(scaled) >= 999.5 && unit < units.count - 1 {
            scaled /= 1000
            unit += 1
        }
        guard unit > 0 else { return "\(value) B" }
        if abs(scaled) >= 99.95 { return "\(Int64(scaled.rounded())) \(units[unit])" }
        let tenths = Int64((abs(scaled) * 10).rounded())
        return "\(scaled < 0 ? "-" : "")\(tenths / 10).\(tenths % 10) \(units[unit])"
    }

    /// With a sign, for differences.
    package static func change(_ value: Int64) -> String { (value >= 0 ? "+" : "") + of(value) }
}
