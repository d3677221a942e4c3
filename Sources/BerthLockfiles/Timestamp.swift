/// RFC 3339 times of lockfiles.
package enum Timestamp {
    /// Seconds since 1970 of `2026-10-17T00:03:54Z` or with an offset `+02:00`; nil for other texts.
    package static func seconds(_ text: String) -> Int64? {
        let units = Array(text.utf8)
        guard units.count >= 20, units[10] == UInt8(ascii: "T") || units[10] == UInt8(ascii: " ") else { return nil }
        func number(_ range: Range<Int>) -> Int64? { Int64(String(decoding: units[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), (1...12).contains(month),
            (1...31).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        var zone = units[19...]
        if zone.first == UInt8(ascii: ".") { zone = zone.dropFirst().drop { (0x30...0x39).contains($0) } }
        guard let offset = offset(String(decoding: zone, as: UTF8.self)) else { return nil }
        return days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
    }

    private static func offset(_ zone: String) -> Int64? {
        if zone == "Z" || zone == "z" { return 0 }
        let parts = zone.dropFirst().split(separator: ":")
        guard parts.count == 2, let hours = Int64(parts[0]), let minutes = Int64(parts[1]) else { return nil }
        if zone.hasPrefix("+") { return hours * 3600 + minutes * 60 }
        return zone.hasPrefix("-") ? -(hours * 3600 + minutes * 60) : nil
    }

    /// Days since 1970 in the Gregorian calendar: years begin in March, so that the leap day comes last.
    package static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}
