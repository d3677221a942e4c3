/// Dates of Release files: `Sat, 21 Nov 2026 09:15:44 UTC`, always universal time.
enum ReleaseDate {
    /// Seconds since 1970; nil for anything else.
    static func seconds(_ text: String) -> Int64? {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 6, ["UTC", "GMT", "Z", "+0000"].contains(words[5]),
            let day = Int64(words[1]), (1...31).contains(day), let month = months.firstIndex(of: words[2]),
            let year = Int64(words[3]), (1970...9999).contains(year)
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { Int64($0) }
        guard clock.count == 3, zip(clock, [24, 60, 61]).allSatisfy({ $0 >= 0 && $0 < $1 }) else { return nil }
        return days(year, Int64(month) + 1, day) * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
    }

    /// `2026-11-21` for people.
    static func text(_ seconds: Int64) -> String {
        var year: Int64 = 1970
        while days(year + 1, 1, 1) <= seconds / 86_400 { year += 1 }
        var month: Int64 = 1
        while month < 12, days(year, month + 1, 1) <= seconds / 86_400 { month += 1 }
        let day = seconds / 86_400 - days(year, month, 1) + 1
        return "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Days since 1970 in the Gregorian calendar, counted in years that begin in March.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let inYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + inYear - 719_468
    }
}
