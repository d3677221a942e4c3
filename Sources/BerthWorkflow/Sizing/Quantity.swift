/// Sizes, times and counts that people write.
package enum Quantity {
    /// More than any machine that Berth is for.
    private static let mostBytes = 1 << 44
    private static let mostProcessors = 1024.0
    /// GitHub's bound on a run.
    static let longest = Duration.seconds(35 * 24 * 3600)

    /// `8GiB`, `512M`, `1.5g`: powers of 1024 in every spelling, as for docker; nil for anything else, and for zero.
    package static func bytes(_ text: String) -> Int? {
        guard let match = text.wholeMatch(of: #/([0-9]+(?:\.[0-9]+)?) ?([kKmMgGtT]?)i?[bB]?/#),
            let number = Double(match.output.1)
        else { return nil }
        return scaled(number, String(match.output.2))
    }

    /// As docker reads `--memory`: `2g`, `512m`, bytes without a letter.
    static func dockerBytes(_ text: String) -> Int? { bytes(text) }

    private static func scaled(_ number: Double, _ unit: String) -> Int? {
        let power = ["", "k", "m", "g", "t"].firstIndex(of: unit.lowercased()) ?? 0
        let value = number * Double(1 << (10 * power))
        guard value >= 1, value <= Double(mostBytes) else { return nil }
        return Int(value)
    }

    /// Thousandths of a processor: `2` is 2000, `0.5` is 500; nil for anything else, and for zero.
    package static func processors(_ text: String) -> Int? {
        guard text.wholeMatch(of: #/[0-9]*\.?[0-9]+/#) != nil,
            let number = Double(text.hasPrefix(".") ? "0" + text : text)
        else { return nil }
        guard number >= 0.001, number <= mostProcessors else { return nil }
        return Int((number * 1000).rounded())
    }

    /// `90s`, `12m`, `1h30m`, `2d`; nil for anything else, for zero, and for more than 35 days.
    package static func duration(_ text: String) -> Duration? {
        guard
            let match = text.wholeMatch(
                of: #/(?:([0-9]{1,7})d)?(?:([0-9]{1,7})h)?(?:([0-9]{1,7})m)?(?:([0-9]{1,7})s)?/#)
        else { return nil }
        let parts = [match.output.1, match.output.2, match.output.3, match.output.4].map { $0.flatMap { Int($0) } ?? 0 }
        let seconds = ((parts[0] * 24 + parts[1]) * 60 + parts[2]) * 60 + parts[3]
        let duration = Duration.seconds(seconds)
        return seconds > 0 && duration <= longest ? duration : nil
    }

    /// As people write it: `1h30m`; parts of a second are left out.
    static func text(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")]
        return seconds == 0 ? "0s" : parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
    }

    /// `2 GiB`, `512 MiB`.
    static func text(bytes: Int) -> String {
        for (power, unit) in [(30, "GiB"), (20, "MiB"), (10, "KiB")] where bytes >= 1 << power {
            let tenths = (bytes * 10 + (1 << (power - 1))) >> power
            return tenths % 10 == 0 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
        }
        return "\(bytes) B"
    }
}
