/// Numbers of the expression language: .NET doubles, read leniently and written with 15 significant digits.
enum ExpressionNumber {
    /// The number that a text stands for; nothing is 0, and what is no number is NaN.
    static func parse(_ source: String) -> Double {
        let text = source.trimmed
        if text.isEmpty { return 0 }
        switch text {
        case "Infinity", "+Infinity": return .infinity
        case "-Infinity": return -.infinity
        default: break
        }
        // Whole numbers with a base are 32 bits wide there.
        for (prefix, radix) in [("0x", 16), ("0o", 8)] where text.hasPrefix(prefix) {
            return UInt32(text.dropFirst(2), radix: radix).map { Double(Int32(bitPattern: $0)) } ?? .nan
        }
        guard text.allSatisfy({ "0123456789.eE+-".contains($0) }), let value = Double(complete(text)) else {
            return .nan
        }
        return value
    }

    /// `.5` and `5.`, which Swift does not read in all places.
    private static func complete(_ text: String) -> String {
        var text = text
        if text.hasPrefix("+") { text.removeFirst() }
        if text.hasPrefix(".") { text = "0" + text }
        if text.hasPrefix("-.") { text = "-0" + text.dropFirst() }
        return text.hasSuffix(".") ? text + "0" : text
    }

    /// As .NET's `G15` writes it: `3.1`, `1E+20`, `NaN`.
    static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        if value == 0 { return "0" }
        var (digits, exponent) = decimal(abs(value))
        if digits.count > 15 { (digits, exponent) = rounded(digits, exponent) }
        while digits.count > 1, digits.last == 0 { digits.removeLast() }
        return (value < 0 ? "-" : "") + written(digits, exponent)
    }

    /// The shortest digits that name the value, and the power of ten of the first of them.
    private static func decimal(_ value: Double) -> (digits: [Int], exponent: Int) {
        let parts = value.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        var exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + mantissa[0].count - 1
        var digits = mantissa.joined().compactMap(\.wholeNumberValue)
        while digits.count > 1, digits.first == 0 {
            digits.removeFirst()
            exponent -= 1
        }
        return (digits, exponent)
    }

    private static func rounded(_ digits: [Int], _ exponent: Int) -> ([Int], Int) {
        var kept = Array(digits.prefix(15))
        guard digits[15] >= 5 else { return (kept, exponent) }
        for index in kept.indices.reversed() {
            kept[index] += 1
            if kept[index] < 10 { return (kept, exponent) }
            kept[index] = 0
        }
        return ([1] + kept.dropLast(), exponent + 1)
    }

    private static func written(_ digits: [Int], _ exponent: Int) -> String {
        let text = digits.map(String.init).joined()
        if exponent <= -5 || exponent >= 15 {
            let power = String(abs(exponent))
            let fraction = digits.count > 1 ? "." + text.dropFirst() : ""
            return text.prefix(1) + fraction + "E" + (exponent < 0 ? "-" : "+") + (power.count < 2 ? "0" : "") + power
        }
        if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + text }
        guard digits.count > exponent + 1 else {
            return text + String(repeating: "0", count: exponent + 1 - digits.count)
        }
        return text.prefix(exponent + 1) + "." + text.dropFirst(exponent + 1)
    }
}
