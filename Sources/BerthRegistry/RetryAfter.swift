internal import Foundation

/// The Retry-After header (RFC 9110 §10.2.3): seconds, or a date.
enum RetryAfter {
    /// How long the server asks us to wait; nil where the text says nothing.
    static func parse(_ text: String, now: Date = Date()) -> Duration? {
        let text = text.trimmingCharacters(in: .whitespaces)
        if let seconds = Int(text) { return seconds < 0 ? nil : .seconds(min(seconds, 1 << 30)) }
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        guard let date = formatter.date(from: text) else { return nil }
        return .seconds(max(0, min(date.timeIntervalSince(now), 1e9)))
    }
}
