/// Durations as people read them: `3 h 12 min`, `4 min 5 s`, `2.5 s`.
package enum DurationText {
    package static func of(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "?" }
        let sign = seconds < 0 ? "-" : ""
        let tenths = Int64((abs(seconds) * 10).rounded())
        if tenths < 600 { return "\(sign)\(tenths / 10).\(tenths % 10) s" }
        let whole = Int64(abs(seconds).rounded())
        if whole < 3600 { return "\(sign)\(whole / 60) min \(whole % 60) s" }
        return "\(sign)\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}
