internal import BerthReport

/// Moments within sentences.
enum TimeWords {
    /// `2026-11-24 04:26 UTC`.
    static func of(_ seconds: Int64) -> String {
        let text = TimeText.of(seconds)
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }
}
