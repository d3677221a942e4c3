/// TOML's numbers, truth values and times: checked, then kept as text.
enum TOMLScalars {
    /// A bare token's text as the tree holds it (numbers in decimal digits without `_`); nil when it is no value.
    static func text(_ token: String) -> String? {
        if token == "true" || token == "false" { return token }
        if isTime(token) { return token }
        return integer(token) ?? float(token)
    }

    private static func integer(_ token: String) -> String? {
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where token.hasPrefix(prefix) {
            guard let digits = grouped(token.dropFirst(2), radix: radix) else { return nil }
            return Int(digits, radix: radix).map(String.init)
        }
        let unsigned = unsigned(token)
        guard let digits = grouped(unsigned, radix: 10), digits.count == 1 || digits.first != "0" else { return nil }
        return Int((token.hasPrefix("-") ? "-" : "") + digits).map(String.init)
    }

    private static func float(_ token: String) -> String? {
        let body = unsigned(token)
        if body == "inf" || body == "nan" { return token }
        let parts = body.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, numbers.count <= 2, parts.count == 2 || numbers.count == 2,
            let whole = grouped(numbers[0], radix: 10), whole.count == 1 || whole.first != "0",
            numbers.count == 1 || grouped(numbers[1], radix: 10) != nil,
            parts.count == 1 || grouped(unsigned(String(parts[1])), radix: 10) != nil
        else { return nil }
        return token.replacing("_", with: "")
    }

    private static func unsigned(_ token: String) -> Substring {
        token.hasPrefix("-") || token.hasPrefix("+") ? token.dropFirst() : token[...]
    }

    /// Digits with single `_` between them, without these.
    private static func grouped(_ text: Substring, radix: Int) -> String? {
        let groups = text.split(separator: "_", omittingEmptySubsequences: false)
        guard groups.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && ($0.hexDigitValue ?? 99) < radix } })
        else {
            return nil
        }
        return groups.joined()
    }

    /// Dates, times, and both with or without an offset (RFC 3339); ranges of the fields are left to who uses them.
    private static func isTime(_ token: String) -> Bool {
        let date = "dddd-dd-dd"
        if fits(token[...], date) || isClock(token[...]) { return true }
        guard fits(token.prefix(10), date), let mark = token.dropFirst(10).first, "Tt ".contains(mark) else {
            return false
        }
        var rest = token.dropFirst(11)
        if rest.last == "Z" || rest.last == "z" {
            rest.removeLast()
        } else if fits(rest.suffix(6), "+dd:dd") || fits(rest.suffix(6), "-dd:dd") {
            rest.removeLast(6)
        }
        return isClock(rest)
    }

    private static func isClock(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let clock = parts.first, fits(clock, "dd:dd:dd") else { return false }
        return parts.count == 1 || !parts[1].isEmpty && parts[1].allSatisfy { $0.isASCII && $0.isNumber }
    }

    /// Whether a text has the pattern's shape; `d` stands for a digit.
    private static func fits(_ text: Substring, _ pattern: String) -> Bool {
        text.count == pattern.count
            && zip(text, pattern).allSatisfy { $1 == "d" ? $0.isASCII && $0.isNumber : $0 == $1 }
    }
}
